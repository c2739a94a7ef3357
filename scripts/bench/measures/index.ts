import { fanout } from './fanout.ts'
import type { Measure } from './plan.ts'

export const measureNames = ['fanout'] as const

export type MeasureName = (typeof measureNames)[number]

export const measures: Readonly<Record<MeasureName, Measure>> = { fanout }
