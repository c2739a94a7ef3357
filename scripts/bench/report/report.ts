import { readFileSync } from 'node:fs'
import type { MeasureName } from '../measures/index.ts'
import type { Plan } from '../measures/plan.ts'
import type { machine } from './machine.ts'
import { median } from '../numbers.ts'
import type { CellResult, Results } from './results.ts'
import { number } from './table.ts'

/** The results of a run: every round of every cell, and the machine. */
export interface Report extends ReturnType<typeof machine> {
  plan: Plan
  rounds: number
  measures: Partial<Record<MeasureName, readonly CellResult[]>>
}

/** Reads a report that --json wrote. Throws if there is none. */
export function readReport(file: string): Report {
  const report: Report = JSON.parse(readFileSync(file, 'utf8'))
  return report
}

/** CPU steal during the measure: results of runs with much steal are not comparable. */
export function stealSummary({ cells }: Results): string {
  const shares = cells.flatMap(({ steal }) => steal)
  const percent = (share: number) => `${number(share * 100)} %`
  return `\nCPU steal: median ${percent(median(shares))}, at most ${percent(Math.max(...shares))}`
}
