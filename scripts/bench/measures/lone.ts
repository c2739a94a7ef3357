import { fanoutColumn } from '../report/fanout.ts'
import { number, table } from '../report/table.ts'
import type { Target } from '../report/targets.ts'
import type { SubjectName } from '../subjects/names.ts'
import { fanOut, takesPart } from './fanout.ts'
import type { Measure, Plan } from './plan.ts'

const perSecond = 10
const sizeOf = ({ short }: Plan) => (short ? 50 : 1_000)
/** `limit-batching` would repeat the other upper bounds: of orders that come alone none can share a write. */
const measured = (name: SubjectName) => name !== 'limit-batching'

/** Orders that come alone, as most do: what the server's CPU pays for each delivery, and until when the last has it. */
export const lone: Measure = {
  title: `Lone events, ${perSecond} orders a second: µs of server CPU for each delivery, ms to the last dashboard`,
  cells: (plan) =>
    ([0, 1] as const).flatMap((qos) =>
      plan.subjects
        .filter((name) => measured(name) && takesPart(name, qos))
        .map((name) => {
          const dashboards = sizeOf(plan)
          // Few orders come in a second, so it takes longer.
          const options = { name, dashboards, qos, seconds: plan.seconds * 3, flow: { perSecond } }
          return { row: name, column: fanoutColumn(dashboards, qos), run: () => fanOut(options) }
        }),
    ),
  table: (results) =>
    table(
      ['', 'µs of CPU each', 'p50 ms', 'p99 ms'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string) => number(results.figure(row, column, name), 1)
        return [`${row}  ${column}`, figure('processor'), figure('p50'), figure('p99')]
      }),
    ),
  targets: (results, plan) =>
    rules.map(([qos, other, limit]): Target => {
      const column = fanoutColumn(sizeOf(plan), qos)
      const value = results.figure('callout', column, 'processor') / results.figure(other, column, 'processor')
      return { what: `CPU time of a lone delivery, ${column}: × ${other}`, value, is: 'at most', limit }
    }),
}

/** [QoS, other subject, maximum ratio of our CPU time to the other's] */
const rules: readonly [0 | 1, SubjectName, number][] = [
  [0, 'limit-broadcast', 1.2],
  [1, 'limit-ack', 1.15],
  [0, 'socketio', 0.7],
  [1, 'socketio', 0.7],
]
