import type { SubjectName } from '../subjects/names.ts'
import { fanoutColumn } from '../report/fanout.ts'
import { number, table } from '../report/table.ts'
import type { Target } from '../report/targets.ts'
import { fanOut, takesPart } from './fanout.ts'
import type { Measure, Plan } from './plan.ts'

/** A rate that every subject sustains, so that no publication waits in a queue. */
const deliveriesPerSecond = 20_000

/** Subjects that sustain the rate, and the upper bounds. */
const compared: readonly SubjectName[] = ['callout', 'socketio', 'limit-ack', 'limit-broadcast']
const limitOf = (qos: 0 | 1) => (qos === 1 ? 'limit-ack' : 'limit-broadcast')
const sizesOf = ({ short }: Plan) => (short ? [50] : [1_000, 5_000])

/** CPU time per delivery is compared with that for this few dashboards at the same rate. */
const few = 100

/** Latency to the last dashboard, at the same rate for all subjects. */
export const latency: Measure = {
  title: `From publish to the last dashboard, at ${number(deliveriesPerSecond)} deliveries a second: ms`,
  cells: (plan) =>
    [...(plan.short ? [] : [few]), ...sizesOf(plan)].flatMap((dashboards) =>
      ([1, 0] as const).flatMap((qos) =>
        plan.subjects
          .filter((name) => compared.includes(name) && takesPart(name, qos))
          .filter((name) => dashboards !== few || name === 'callout')
          .map((name) => ({
            row: name,
            column: fanoutColumn(dashboards, qos),
            run: () => {
              const flow = { perSecond: deliveriesPerSecond / dashboards }
              // At few orders a second a p99 needs a longer run.
              return fanOut({ name, dashboards, qos, seconds: plan.seconds * 3, flow })
            },
          })),
      ),
    ),
  table: (results) =>
    table(
      ['', 'p50', 'p99', 'µs of CPU each'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string) => number(results.figure(row, column, name), 1)
        return [`${row}  ${column}`, figure('p50'), figure('p99'), figure('processor')]
      }),
    ),
  targets: (results, plan) => [
    ...sizesOf(plan).flatMap((dashboards) =>
      ([1, 0] as const).map((qos): Target => {
        const column = fanoutColumn(dashboards, qos)
        const p99 = (row: SubjectName) => results.figure(row, column, 'p99')
        const value = p99('callout') / p99(limitOf(qos))
        return { what: `p99, ${column}: × ${limitOf(qos)}`, value, is: 'at most', limit: 1.3 }
      }),
    ),
    ...([1, 0] as const).map((qos): Target => {
      const processor = (dashboards: number) => results.figure('callout', fanoutColumn(dashboards, qos), 'processor')
      const value = processor(5_000) / processor(few)
      const what = `CPU time of a delivery, QoS ${qos}: 5000 × ${few} dashboards`
      return { what, value, is: 'at most', limit: 1.5 }
    }),
  ],
}
