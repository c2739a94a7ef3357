import type { DriveOptions } from '../subjects/drive.ts'
import type { SubjectName } from '../subjects/names.ts'
import { orderSize } from '../subjects/order.ts'
import { fanoutColumn, fanoutTable, fanoutTargets } from '../report/fanout.ts'
import type { Figures, Measure } from './plan.ts'
import { withSubjects } from './stage.ts'

/** Deliveries of a 1 KB order, from one publisher to so many dashboards. */
export const fanout: Measure = {
  title: 'Fan-out of a 1 KB order, one publisher: deliveries a second (µs of processor for each, of the server)',
  cells: ({ contestants, sizes, seconds, short }) =>
    sizes.flatMap((dashboards) =>
      ([1, 0] as const).flatMap((qos) =>
        contestants
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

/** Nobody acknowledges to a broadcast, and everybody does to its opposite. */
export const takesPart = (name: SubjectName, qos: 0 | 1) =>
  qos === 0 ? name !== 'limit-ack' : name !== 'limit-broadcast'

/** Enough on the way that nobody waits for the publisher, and few enough that what is measured is not a queue. */
export const windowFor = (dashboards: number) => Math.min(16, Math.max(2, Math.ceil(4_000 / dashboards)))

export interface FanoutOptions {
  name: SubjectName
  dashboards: number
  qos: 0 | 1
  seconds: number
  flow: DriveOptions['flow']
  /** Dashboards besides that have stopped reading. */
  frozen?: number
}

export function fanOut({ name, dashboards, qos, seconds, flow, frozen = 0 }: FanoutOptions): Promise<Figures> {
  return withSubjects(name, qos, async ({ contestant, load }) => {
    const { door, feedbackPort, ask } = contestant
    const before = await ask.memory()
    if (frozen > 0) await load.ask.freeze({ door, count: frozen, atOnce: frozen })
    await load.ask.connect({ door, count: dashboards, atOnce: 100 })
    await load.ask.count(feedbackPort)
    const warmUp = Math.min(seconds, Math.max(1, seconds / 2))
    const driven = await ask.run({ dashboards, flow, warmUp, seconds, loadPid: load.pid })
    const { lost, delivered, bytes } = await load.ask.report()
    if (lost.length > 0) throw new Error(`${lost.length} dashboards were lost: ${lost[0]}`)
    if (bytes < delivered * orderSize) throw new Error('what was delivered is less than an order')
    return { ...driven, memory: ((await ask.memory()) - before) / dashboards }
  })
}
