import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../server/proofs/lib/ports.ts'
import { percentile } from '../../../server/proofs/lib/numbers.ts'
import { placeOrder } from '../../../server/testing/app.ts'
import { now } from '../clock.ts'
import { startContestant } from '../contestants/process.ts'
import { createAsker, type HttpDoor } from '../http.ts'
import { startLoad } from '../load/process.ts'
import { number, table } from '../report/table.ts'
import type { Figures, Measure, Plan } from './plan.ts'

const sizesOf = ({ short }: Plan) => (short ? 50 : 2_000)
const columnOf = (plan: Plan) => `${sizesOf(plan)} dashboards`

/** Orders placed a second while everybody comes back. */
const intake = 5

/** The server is killed and started again: how long until every dashboard is live and has caught up, and who waits meanwhile. */
export const reconnect: Measure = {
  title: 'The server is killed (SIGKILL) and started again: s until all dashboards are live and have caught up',
  cells: (plan) =>
    plan.contestants.includes('callout')
      ? [{ row: 'callout', column: columnOf(plan), run: () => restart(sizesOf(plan)) }]
      : [],
  table: (results) =>
    table(
      ['', 'server ready', 'half are live', 'all are live', 'attempts each', 'orders placed', 'p50 ms', 'p99 ms'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string, digits: number) => number(results.figure(row, column, name), digits)
        const times = [figure('ready', 2), figure('half', 2), figure('all', 2), figure('attempts', 1)]
        return [`${row}  ${column}`, ...times, figure('orders', 0), figure('p50', 1), figure('p99', 1)]
      }),
    ),
  targets: (results, plan) => [
    {
      what: 's from the kill until all dashboards are live and have caught up',
      value: results.figure('callout', columnOf(plan), 'all'),
      is: 'at most',
      limit: 5,
    },
    {
      what: 'p99 of order intake meanwhile, ms',
      value: results.figure('callout', columnOf(plan), 'p99'),
      is: 'at most',
      limit: 250,
    },
  ],
}

async function restart(dashboards: number): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'callout-bench-'))
  const port = await freePort()
  const load = await startLoad()
  const start = () => startContestant('callout', { qos: 1, dir, port })
  let server = await start()
  try {
    const { door, shop } = server
    if (!shop || door.protocol !== 'mqtt' || door.token === null) throw new Error('nobody to ask as')
    const admin: HttpDoor = { port, token: door.token }
    await load.ask.connect({ door, count: dashboards, atOnce: 64 })
    const missed = await somethingMissed(admin, shop)
    const returning = load.ask.comeBack({ door, http: admin, ...missed })
    returning.catch(() => {})
    const begun = now()
    await server.kill()
    const orders = placeMeanwhile(shop)
    server = await start()
    const ready = now()
    const { times, attempts } = await returning
    return {
      ready: (ready - begun) / 1_000,
      half: (percentile(times, 0.5) - begun) / 1_000,
      all: (Math.max(...times) - begun) / 1_000,
      attempts: attempts / dashboards,
      ...(await orders.end()),
    }
  } finally {
    load.end()
    await server.kill()
    await rm(dir, { recursive: true, force: true })
  }
}

/** A cursor, and an order that was placed after it. */
async function somethingMissed(admin: HttpDoor, shop: HttpDoor & { serviceId: string }) {
  const [asAdmin, customer] = [createAsker(admin), createAsker(shop)]
  try {
    const [, cursor = ''] = /"syncCursor":"([^"]+)"/.exec(await asAdmin.ask('GET', '/api/orders?limit=1')) ?? []
    const order = await customer.ask('POST', '/api/orders', placeOrder(shop.serviceId))
    const [, missed = ''] = /"id":"([^"]+)"/.exec(order) ?? []
    return { cursor, missed }
  } finally {
    asAdmin.end()
    customer.end()
  }
}

/** Orders at an even pace; those that nobody is there to take do not count, all others do. */
function placeMeanwhile(shop: HttpDoor & { serviceId: string }) {
  const customer = createAsker(shop)
  const waits: number[] = []
  const open = new Set<Promise<void>>()
  const timer = setInterval(() => {
    const begun = now()
    const placing = customer
      .ask('POST', '/api/orders', placeOrder(shop.serviceId))
      .then(() => void waits.push(now() - begun))
      .catch(() => {})
      .finally(() => void open.delete(placing))
    open.add(placing)
  }, 1_000 / intake)
  return {
    async end(): Promise<Figures> {
      clearInterval(timer)
      await Promise.all(open)
      customer.end()
      return { orders: waits.length, p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) }
    },
  }
}
