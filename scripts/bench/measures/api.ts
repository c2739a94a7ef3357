import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { steadily } from '../../../server/system-tests/lib/waiting.ts'
import { placeOrder } from '../../../server/testing/app.ts'
import { now } from '../clock.ts'
import { orderApiPrograms } from '../subjects/names.ts'
import { createHttpClient } from '../http-client.ts'
import { number, table } from '../report/table.ts'
import { dashboardQos, type Figures, type Measure, type Plan } from './plan.ts'
import { withSubject } from './with-subject.ts'

const compared = ['callout', 'socketio'] as const
const events = 3
const requests = 100
const sizesOf = ({ short }: Plan) => (short ? { dashboards: 100, seconds: 1 } : { dashboards: 2_000, seconds: 15 })
const columnOf = (plan: Plan) => `${sizesOf(plan).dashboards} dashboards`

/** Latency of a GET of one order during fan-out to many dashboards. */
export const api: Measure = {
  title: `GET of one order at ${requests} requests/s, while all dashboards receive ${events} orders/s: ms`,
  cells: (plan) =>
    compared
      .filter((name) => plan.subjects.includes(name))
      .map((row) => ({
        row,
        column: columnOf(plan),
        run: () => requestsDuringFanout(row, sizesOf(plan)),
      })),
  table: (results) =>
    table(
      ['', 'p50', 'p99'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string) => number(results.figure(row, column, name), 1)
        return [`${row}  ${column}`, figure('p50'), figure('p99')]
      }),
    ),
  targets(results, plan) {
    const p99 = (row: Compared) => results.figure(row, columnOf(plan), 'p99')
    const value = p99('callout') / p99('socketio')
    return [{ what: 'p99 of a request during fan-out: × socketio', value, is: 'at most', limit: 0.25 }]
  },
}

type Compared = (typeof compared)[number]

interface Load {
  dashboards: number
  seconds: number
}

const requestsDuringFanout = (name: Compared, { dashboards, seconds }: Load): Promise<Figures> =>
  withSubject(orderApiPrograms[name], dashboardQos, async ({ subject: { remote, endpoint, orderApi }, load }) => {
    if (!orderApi) throw new Error(`${name} has no order API`)
    const customer = createHttpClient(orderApi)
    try {
      const order = await customer.request('POST', '/api/orders', placeOrder(orderApi.serviceId))
      const [, id] = /"id":"([^"]+)"/.exec(order) ?? []
      await load.remote.connect({ endpoint, count: dashboards, atOnce: 64 })
      const publishing = remote.publishAtRate({ perSecond: events, seconds: seconds + 2 })
      await sleep(2_000)
      const latencies: number[] = []
      const pending: Promise<void>[] = []
      // An open loop: requests are sent on schedule even while earlier ones wait, so a long pause counts for all of them.
      await steadily(requests, seconds, () => {
        const begun = now()
        const answered = customer.request('GET', `/api/orders/${id}`).then(() => void latencies.push(now() - begun))
        // Awaited below. Without a handler until then, a rejection would end the process.
        answered.catch(() => {})
        pending.push(answered)
      })
      await Promise.all([...pending, publishing])
      const { lost } = await load.remote.report()
      if (lost.length > 0) throw new Error(`${lost.length} dashboards were lost: ${lost[0]}`)
      return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
    } finally {
      customer.end()
    }
  })
