import { readFileSync } from 'node:fs'
import type { MeasureName } from '../measures/index.ts'
import type { Plan } from '../measures/plan.ts'
import type { machine } from './machine.ts'
import type { CellResult } from './results.ts'

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
