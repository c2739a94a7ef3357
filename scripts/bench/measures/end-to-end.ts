import { placeOrder } from '../../../server/testing/app.ts'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { now } from '../clock.ts'
import { hasOrderApi, orderApiPrograms, type OrderApiSubject } from '../subjects/names.ts'
import { listenForCompletions } from '../completions.ts'
import { createHttpClient } from '../http-client.ts'
import { number, table } from '../report/table.ts'
import { dashboardQos, type Figures, type Measure, type Plan } from './plan.ts'
import { withSubject } from './with-subject.ts'

const sizesOf = ({ short }: Plan) => (short ? { dashboards: 50, orders: 20 } : { dashboards: 1_000, orders: 1_000 })
const columnOf = (plan: Plan) => `${sizesOf(plan).dashboards} dashboards`

/** Latency from a customer's POST through the commit to the last dashboard, one order at a time. */
export const endToEnd: Measure = {
  title: 'End to end, from POST through the commit to the last dashboard: ms (and until the customer has the response)',
  cells: (plan) =>
    plan.subjects
      .filter(hasOrderApi)
      .map((row) => ({ row, column: columnOf(plan), run: () => measureEndToEnd(row, sizesOf(plan)) })),
  table: (results) =>
    table(
      ['', 'p50', 'p99', 'response p50', 'response p99'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string) => number(results.figure(row, column, name), 1)
        return [`${row}  ${column}`, ...['p50', 'p99', 'response50', 'response99'].map(figure)]
      }),
    ),
  targets: (results, plan) =>
    (['p50', 'p99'] as const).flatMap((share) =>
      rules.map(([other, limit]) => {
        const of = (row: OrderApiSubject) => results.figure(row, columnOf(plan), share)
        const value = of('callout') / of(other)
        return { what: `end to end, ${share}: × ${other}`, value, is: 'at most', limit }
      }),
    ),
}

/** [other subject, maximum ratio of our latency to the other's] */
const rules: readonly [OrderApiSubject, number][] = [
  ['socketio', 0.9],
  ['mosquitto-bridge', 0.95],
  ['limit-way', 1.2],
]

/** Share of additional orders at the start that are not counted. */
const warmUp = 0.2

async function measureEndToEnd(
  name: OrderApiSubject,
  { dashboards, orders }: { dashboards: number; orders: number },
): Promise<Figures> {
  return withSubject(orderApiPrograms[name], dashboardQos, async ({ subject: { endpoint, orderApi }, load }) => {
    if (!orderApi) throw new Error(`${name} has no order API`)
    let complete = (_at: number) => {}
    const completions = await listenForCompletions((at) => complete(at))
    const customer = createHttpClient(orderApi)
    const [latencies, responses]: [number[], number[]] = [[], []]
    try {
      await load.remote.connect({ endpoint, count: dashboards, atOnce: 64 })
      await load.remote.count(completions.port)
      for (let n = -Math.ceil(orders * warmUp); n < orders; n++) {
        const delivered = new Promise<number>((resolve, reject) => {
          complete = resolve
          setTimeout(() => reject(new Error('an order did not reach every dashboard')), 10_000).unref()
        })
        const begun = now()
        await customer.request('POST', '/api/orders', placeOrder(orderApi.serviceId))
        const answered = now()
        const arrived = await delivered
        if (n < 0) continue
        latencies.push(arrived - begun)
        responses.push(answered - begun)
      }
    } finally {
      customer.end()
      completions.close()
    }
    return {
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      response50: percentile(responses, 0.5),
      response99: percentile(responses, 0.99),
    }
  })
}
