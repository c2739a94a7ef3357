import type { SubjectName } from '../subjects/names.ts'
import type { Results } from '../report/results.ts'
import type { Target } from '../report/targets.ts'

/** The QoS of the client's subscriptions (client/live/mqtt-connection.ts); the other subjects use the same. */
export const dashboardQos = 0

/** What to measure, and how long. */
export interface Plan {
  subjects: readonly SubjectName[]
  /** Numbers of dashboards. */
  sizes: readonly number[]
  /** Duration of each measurement. */
  seconds: number
  /** Small sizes, to check that every measure runs. */
  short: boolean
}

/** The figures of one measurement, by name. Units are in the name or in the table's header. */
export type Figures = Record<string, number>

/** One subject under one condition; measured in each round. */
export interface Cell {
  row: string
  column: string
  /** Takes too long to be run in every round. */
  once?: true
  run(): Promise<Figures>
}

export interface Measure {
  title: string
  cells(plan: Plan): Cell[]
  /** The lines to print, with the medians of all rounds. */
  table(results: Results): string[]
  targets(results: Results, plan: Plan): Target[]
}
