import { placeOrder } from '../../../server/testing/app.ts'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { now } from '../clock.ts'
import { isShop, shops, type ShopName } from '../subjects/names.ts'
import { listenForFeedback } from '../feedback.ts'
import { createAsker } from '../http.ts'
import { number, table } from '../report/table.ts'
import { dashboardQos, type Figures, type Measure, type Plan } from './plan.ts'
import { withSubjects } from './stage.ts'

const sizesOf = ({ short }: Plan) => (short ? { dashboards: 50, orders: 20 } : { dashboards: 1_000, orders: 1_000 })
const columnOf = (plan: Plan) => `${sizesOf(plan).dashboards} dashboards`

/** From a customer's POST over its commit to the last dashboard, one order at a time. */
export const endToEnd: Measure = {
  title: 'The whole way, from POST over the commit to the last dashboard: ms (the customer was answered after)',
  cells: (plan) =>
    plan.contestants
      .filter(isShop)
      .map((row) => ({ row, column: columnOf(plan), run: () => wholeWay(row, sizesOf(plan)) })),
  table: (results) =>
    table(
      ['', 'p50', 'p99', 'answered, p50', 'answered, p99'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string) => number(results.figure(row, column, name), 1)
        return [`${row}  ${column}`, ...['p50', 'p99', 'answer50', 'answer99'].map(figure)]
      }),
    ),
  targets: (results, plan) =>
    (['p50', 'p99'] as const).flatMap((share) =>
      (['socketio', 'mosquitto-bridge'] as const).map((other) => {
        const of = (row: ShopName) => results.figure(row, columnOf(plan), share)
        return {
          what: `the whole way, ${share}: × ${other}`,
          value: of('callout') / of(other),
          is: 'at most',
          limit: 1,
        }
      }),
    ),
}

/** The first orders find everything cold. */
const warmUp = 0.2

async function wholeWay(
  name: ShopName,
  { dashboards, orders }: { dashboards: number; orders: number },
): Promise<Figures> {
  return withSubjects(shops[name], dashboardQos, async ({ contestant: { door, shop }, load }) => {
    if (!shop) throw new Error(`${name} takes no orders`)
    let complete = (_at: number) => {}
    const feedback = await listenForFeedback((at) => complete(at))
    const customer = createAsker(shop)
    const [ways, answers]: [number[], number[]] = [[], []]
    try {
      await load.ask.connect({ door, count: dashboards, atOnce: 64 })
      await load.ask.count(feedback.port)
      for (let n = -Math.ceil(orders * warmUp); n < orders; n++) {
        const everywhere = new Promise<number>((resolve, reject) => {
          complete = resolve
          setTimeout(() => reject(new Error('an order has not reached every dashboard')), 10_000).unref()
        })
        const begun = now()
        await customer.ask('POST', '/api/orders', placeOrder(shop.serviceId))
        const answered = now()
        const arrived = await everywhere
        if (n < 0) continue
        ways.push(arrived - begun)
        answers.push(answered - begun)
      }
    } finally {
      customer.end()
      feedback.close()
    }
    return {
      p50: percentile(ways, 0.5),
      p99: percentile(ways, 0.99),
      answer50: percentile(answers, 0.5),
      answer99: percentile(answers, 0.99),
    }
  })
}
