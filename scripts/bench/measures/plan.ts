import type { SubjectName } from '../subjects/names.ts'
import type { Results } from '../report/results.ts'
import type { Target } from '../report/targets.ts'

/** How a dashboard of ours subscribes (client/live/mqtt-connection.ts): then nobody else's acknowledges either. */
export const dashboardQos = 0

/** What is to be measured, and how long. */
export interface Plan {
  contestants: readonly SubjectName[]
  /** Dashboards. */
  sizes: readonly number[]
  /** Of each single measurement. */
  seconds: number
  /** Only to show that it runs: small numbers that prove nothing. */
  short: boolean
}

/** What one measurement has found, by name; every unit is in the name or in the table's head. */
export type Figures = Record<string, number>

/** One contestant under one condition; measured anew in each round. */
export interface Cell {
  row: string
  column: string
  /** Too long to be done in every round. */
  once?: true
  run(): Promise<Figures>
}

export interface Measure {
  title: string
  cells(plan: Plan): Cell[]
  /** Lines to print, with the medians of all rounds. */
  table(results: Results): string[]
  targets(results: Results, plan: Plan): Target[]
}
