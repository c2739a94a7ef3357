import type { Figures } from '../measures/plan.ts'
import { median } from '../numbers.ts'

/** One cell with what each round has found; a round that failed is in `errors`. */
export interface CellResult {
  row: string
  column: string
  rounds: Figures[]
  /** Of each round, what others on the same hardware took of the processors' time meanwhile, from 0 to 1. */
  stolen: number[]
  errors: string[]
}

/** What a measure has found. */
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

  /** The median of all rounds; NaN of what was not measured. */
  figure(row: string, column: string, name: string): number {
    const cell = this.cells.find((one) => one.row === row && one.column === column)
    return median(cell?.rounds.map((figures) => figures[name] ?? Number.NaN) ?? [])
  }
}
