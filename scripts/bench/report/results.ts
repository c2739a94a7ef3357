import type { Figures } from '../measures/plan.ts'
import { median } from '../numbers.ts'

/** A cell with the figures of each round; `errors` has the rounds that failed. */
export interface CellResult {
  row: string
  column: string
  rounds: Figures[]
  /** CPU steal during each round, from 0 to 1. */
  steal: number[]
  errors: string[]
}

/** The results of a measure. */
export class Results {
  readonly cells: readonly CellResult[]

  constructor(cells: readonly CellResult[]) {
    this.cells = cells
  }

  get rows(): string[] {
    return [...new Set(this.cells.map(({ row }) => row))]
  }

  get columns(): string[] {
    return [...new Set(this.cells.map(({ column }) => column))]
  }

  /** The median of all rounds; NaN if it was not measured. */
  figure(row: string, column: string, name: string): number {
    const cell = this.cells.find((one) => one.row === row && one.column === column)
    return median(cell?.rounds.map((figures) => figures[name] ?? Number.NaN) ?? [])
  }
}
