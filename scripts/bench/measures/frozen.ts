import { number, table } from '../report/table.ts'
import { fanOut, windowFor } from './fanout.ts'
import type { Measure, Plan } from './plan.ts'

const frozenConsumers = 20

/** Few dashboards, where the high order rate soon fills the socket buffers of frozen consumers; and many. */
const sizesOf = ({ short }: Plan) => (short ? [50] : [100, 1_000])
const columnOf = (dashboards: number, frozen: number) =>
  `${dashboards} dashboards${frozen > 0 ? `, ${frozen} frozen` : ''}`

/** The effect of consumers that stopped reading on all others. */
export const frozen: Measure = {
  title: 'Fan-out at QoS 1 with consumers that stopped reading, and without',
  cells: (plan) =>
    plan.subjects
      .filter((name) => name === 'callout')
      .flatMap((name) =>
        sizesOf(plan).flatMap((dashboards) =>
          [0, frozenConsumers].map((count) => ({
            row: name,
            column: columnOf(dashboards, count),
            run: () => {
              const flow = { window: windowFor(dashboards) }
              return fanOut({ name, dashboards, qos: 1, seconds: plan.seconds * 2, flow, frozen: count })
            },
          })),
        ),
      ),
  table: (results) =>
    table(
      ['', 'deliveries a second', 'p50 ms', 'p99 ms'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string, digits: number) => number(results.figure(row, column, name), digits)
        return [`${row}  ${column}`, figure('deliveries', 0), figure('p50', 1), figure('p99', 1)]
      }),
    ),
  targets: (results, plan) =>
    sizesOf(plan).map((dashboards) => {
      const p99 = (count: number) => results.figure('callout', columnOf(dashboards, count), 'p99')
      const what = `p99 to ${dashboards} with ${frozenConsumers} frozen consumers: × without`
      return { what, value: p99(frozenConsumers) / p99(0), is: 'at most', limit: 1.1 }
    }),
}
