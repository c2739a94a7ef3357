import type { DriveOptions } from '../subjects/drive.ts'
import type { SubjectName } from '../subjects/names.ts'
import { orderSize } from '../subjects/order.ts'
import { fanoutColumn, fanoutTable, fanoutTargets } from '../report/fanout.ts'
import type { Figures, Measure } from './plan.ts'
import { withSubject } from './with-subject.ts'

/** Throughput of a 1 KB order from one publisher to many dashboards. */
export const fanout: Measure = {
  title: 'Fan-out of a 1 KB order, one publisher: deliveries a second (µs of server CPU for each)',
  cells: ({ subjects, sizes, seconds, short }) =>
    sizes.flatMap((dashboards) =>
      ([1, 0] as const).flatMap((qos) =>
        subjects
          .filter((name) => takesPart(name, qos) && !(short && qos === 0 && takesPart(name, 1)))
          .map((name) => ({
            row: name,
            column: fanoutColumn(dashboards, qos),
            run: () => fanOut({ name, dashboards, qos, seconds, flow: { window: windowFor(dashboards) } }),
          })),
      ),
    ),
  table: fanoutTable,
  targets: fanoutTargets,
}

/** `limit-broadcast` has no acknowledgements, `limit-ack` always has; `limit-way` is for the end-to-end measure. */
export const takesPart = (name: SubjectName, qos: 0 | 1) =>
  name !== 'limit-way' && name !== (qos === 0 ? 'limit-ack' : 'limit-broadcast')

/** Orders in flight: enough that the server never waits for the publisher, and few enough that latency is not queueing. */
export const windowFor = (dashboards: number) => Math.min(16, Math.max(2, Math.ceil(4_000 / dashboards)))

export interface FanoutOptions {
  name: SubjectName
  dashboards: number
  qos: 0 | 1
  seconds: number
  flow: DriveOptions['flow']
  /** Additional dashboards that stopped reading. */
  frozen?: number
}

export function fanOut({ name, dashboards, qos, seconds, flow, frozen = 0 }: FanoutOptions): Promise<Figures> {
  return withSubject(name, qos, async ({ subject, load }) => {
    const { endpoint, completionPort, remote } = subject
    const before = await remote.memory()
    if (frozen > 0) await load.remote.freeze({ endpoint, count: frozen, atOnce: frozen })
    await load.remote.connect({ endpoint, count: dashboards, atOnce: 100 })
    await load.remote.count(completionPort)
    const warmUp = Math.min(seconds, Math.max(1, seconds / 2))
    const driven = await remote.run({ dashboards, flow, warmUp, seconds, loadPid: load.pid })
    const { lost, delivered, bytes } = await load.remote.report()
    if (lost.length > 0) throw new Error(`${lost.length} dashboards were lost: ${lost[0]}`)
    if (bytes < delivered * orderSize) throw new Error('fewer bytes were received than the orders have')
    return { ...driven, memory: ((await remote.memory()) - before) / dashboards }
  })
}
