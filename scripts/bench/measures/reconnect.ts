import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Service } from '#shared/catalogue.ts'
import { topics } from '#shared/topics.ts'
import type { SignedIn } from '#shared/users.ts'
import type { Running } from '../../../server/app.ts'
import { websocketPath } from '../../../server/mqtt/transport/websocket.ts'
import { freePort } from '../../../server/system-tests/lib/ports.ts'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { call, placeOrder } from '../../../server/testing/app.ts'
import { ServerProcess } from '../../../server/testing/process.ts'
import { now } from '../clock.ts'
import { builtProgram } from '../subjects/built-program.ts'
import { createAsker, type HttpDoor } from '../http.ts'
import { startLoad } from '../load/process.ts'
import type { Door } from '../load/protocols.ts'
import { number, table } from '../report/table.ts'
import { dashboardQos, type Figures, type Measure, type Plan } from './plan.ts'

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
  const [port, mqttPort] = [await freePort(), await freePort()]
  const load = await startLoad()
  const env = {
    DATA_DIR: dir,
    PORT: String(port),
    MQTT_PORT: String(mqttPort),
    RATE_LIMITS: 'off',
    NODE_ENV: 'production',
  }
  let server = new ServerProcess(env, builtProgram('main'))
  try {
    const { admin, shop } = await signIn(await server.ready())
    const filters = [topics.ordersNew, topics.ordersUpdate]
    const door: Door = { protocol: 'mqtt', port, path: websocketPath, qos: dashboardQos, token: admin.token, filters }
    await load.ask.connect({ door, count: dashboards, atOnce: 64 })
    const missed = await somethingMissed(admin, shop)
    const returning = load.ask.comeBack({ door, http: admin, ...missed })
    returning.catch(() => {})
    const begun = now()
    await server.end('SIGKILL')
    const orders = placeMeanwhile(shop)
    server = new ServerProcess(env, builtProgram('main'))
    await server.ready()
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
    await server.end('SIGKILL')
    await rm(dir, { recursive: true, force: true })
  }
}

type Shop = HttpDoor & { serviceId: string }

/** One who looks on, and one who places orders, and what of. */
async function signIn(running: Running): Promise<{ admin: HttpDoor; shop: Shop }> {
  const port = Number(new URL(running.http).port)
  const as = async (email: string) => {
    const password = running.demoAccounts.find((account) => account.email === email)?.password
    const { body } = await call<SignedIn>(running, 'POST', '/api/auth/login', { email, password })
    return { port, token: body.accessToken }
  }
  const [admin, customer] = [await as('admin@example.com'), await as('customer@example.com')]
  const [service] = (
    await call<{ services: Service[] }>(running, 'GET', '/api/services', undefined, {
      authorization: `Bearer ${admin.token}`,
    })
  ).body.services
  return { admin, shop: { ...customer, serviceId: service?.id ?? '' } }
}

/** A cursor, and an order that was placed after it. */
async function somethingMissed(admin: HttpDoor, shop: Shop) {
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
function placeMeanwhile(shop: Shop) {
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
