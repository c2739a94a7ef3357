import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { steadily } from '../../../server/system-tests/lib/waiting.ts'
import { placeOrder } from '../../../server/testing/app.ts'
import { now } from '../clock.ts'
import { shops } from '../subjects/names.ts'
import { createAsker } from '../http.ts'
import { number, table } from '../report/table.ts'
import { dashboardQos, type Figures, type Measure, type Plan } from './plan.ts'
import { withSubjects } from './stage.ts'

const compared = ['callout', 'socketio'] as const
const events = 3
const requests = 100
const sizesOf = ({ short }: Plan) => (short ? { dashboards: 100, seconds: 1 } : { dashboards: 2_000, seconds: 15 })
const columnOf = (plan: Plan) => `${sizesOf(plan).dashboards} dashboards`

/** How long somebody who asks for one order waits while many dashboards are being served. */
export const api: Measure = {
  title: `GET of one order, ${requests} a second, while all dashboards are told of ${events} orders a second: ms`,
  cells: (plan) =>
    compared
      .filter((name) => plan.contestants.includes(name))
      .map((row) => ({
        row,
        column: columnOf(plan),
        run: () => requestsMeanwhile(row, sizesOf(plan)),
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

interface Meanwhile {
  dashboards: number
  seconds: number
}

const requestsMeanwhile = (name: Compared, { dashboards, seconds }: Meanwhile): Promise<Figures> =>
  withSubjects(shops[name], dashboardQos, async ({ contestant: { ask, door, shop }, load }) => {
    if (!shop) throw new Error(`${name} takes no orders`)
    const customer = createAsker(shop)
    try {
      const order = await customer.ask('POST', '/api/orders', placeOrder(shop.serviceId))
      const [, id] = /"id":"([^"]+)"/.exec(order) ?? []
      await load.ask.connect({ door, count: dashboards, atOnce: 64 })
      const publishing = ask.pace({ perSecond: events, seconds: seconds + 2 })
      await sleep(2_000)
      const waits: number[] = []
      const open: Promise<void>[] = []
      // Whoever is still waiting: those who come during a long pause all count.
      await steadily(requests, seconds, () => {
        const begun = now()
        const answered = customer.ask('GET', `/api/orders/${id}`).then(() => void waits.push(now() - begun))
        // Looked at below: until then a failure has nobody who hears of it, and would end the process.
        answered.catch(() => {})
        open.push(answered)
      })
      await Promise.all([...open, publishing])
      const { lost } = await load.ask.report()
      if (lost.length > 0) throw new Error(`${lost.length} dashboards were lost: ${lost[0]}`)
      return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) }
    } finally {
      customer.end()
    }
  })
