import { api } from './api.ts'
import { connect } from './connect.ts'
import { fanout } from './fanout.ts'
import { frozen } from './frozen.ts'
import { ingest } from './ingest.ts'
import { latency } from './latency.ts'
import { lists } from './lists.ts'
import { lone } from './lone.ts'
import { memory } from './memory.ts'
import type { Measure } from './plan.ts'
import { reconnect } from './reconnect.ts'
import { endToEnd } from './end-to-end.ts'

export const measures = {
  fanout,
  lone,
  latency,
  'end-to-end': endToEnd,
  api,
  connect,
  ingest,
  memory,
  frozen,
  reconnect,
  lists,
} satisfies Record<string, Measure>

export type MeasureName = keyof typeof measures

const isMeasure = (name: string): name is MeasureName => Object.hasOwn(measures, name)

export const measureNames = Object.keys(measures).filter(isMeasure)
