import { readFileSync } from 'node:fs'
import type { MeasureName } from '../measures/index.ts'
import type { Plan } from '../measures/plan.ts'
import type { machine } from './machine.ts'
import { median } from '../numbers.ts'
import type { CellResult, Results } from './results.ts'
import { number } from './table.ts'

/** What a run has found: every round of every cell, and on what it ran. */
export interface Report extends ReturnType<typeof machine> {
  plan: Plan
  rounds: number
  measures: Partial<Record<MeasureName, readonly CellResult[]>>
}

/** One that was kept before. Throws when there is none. */
export function readReport(file: string): Report {
  const report: Report = JSON.parse(readFileSync(file, 'utf8'))
  return report
}

/** How far others on the same hardware got in the way: what is said of a quiet machine cannot be said of another one. */
export function disturbance({ cells }: Results): string {
  const shares = cells.flatMap(({ stolen }) => stolen)
  const percent = (share: number) => `${number(share * 100)} %`
  return `\nTaken by others of the processors' time: ${percent(median(shares))}, at most ${percent(Math.max(...shares))}`
}
