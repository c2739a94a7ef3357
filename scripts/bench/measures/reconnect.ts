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
import { createHttpClient, type HttpEndpoint } from '../http-client.ts'
import { startLoad } from '../load/process.ts'
import type { Endpoint } from '../load/protocols.ts'
import { number, table } from '../report/table.ts'
import { dashboardQos, type Figures, type Measure, type Plan } from './plan.ts'

const sizesOf = ({ short }: Plan) => (short ? 50 : 2_000)
const columnOf = (plan: Plan) => `${sizesOf(plan)} dashboards`

/** Orders placed a second during the reconnects. */
const ordersPerSecond = 5

/** Time from a kill of the server until every dashboard is live and has caught up, and latency of orders meanwhile. */
export const reconnect: Measure = {
  title: 'The server is killed (SIGKILL) and started again: s until all dashboards are live and have caught up',
  cells: (plan) =>
    plan.subjects.includes('callout')
      ? [{ row: 'callout', column: columnOf(plan), run: () => restart(sizesOf(plan)) }]
      : [],
  table: (results) =>
    table(
      ['', 'server ready', 'half live', 'all live', 'attempts each', 'orders placed', 'p50 ms', 'p99 ms'],
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
      what: 'p99 of placing an order meanwhile, ms',
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
    const { admin, orderApi } = await signIn(await server.ready())
    const filters = [topics.ordersNew, topics.ordersUpdate]
    const endpoint: Endpoint = {
      protocol: 'mqtt',
      port,
      path: websocketPath,
      qos: dashboardQos,
      token: admin.token,
      filters,
    }
    await load.remote.connect({ endpoint, count: dashboards, atOnce: 64 })
    const missed = await placeMissedOrder(admin, orderApi)
    const reconnecting = load.remote.reconnect({ endpoint, http: admin, ...missed })
    reconnecting.catch(() => {})
    const begun = now()
    await server.end('SIGKILL')
    const orders = placeOrders(orderApi)
    server = new ServerProcess(env, builtProgram('main'))
    await server.ready()
    const ready = now()
    const { times, attempts } = await reconnecting
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

type OrderApi = HttpEndpoint & { serviceId: string }

/** An admin, a customer, and a service that can be ordered. */
async function signIn(running: Running): Promise<{ admin: HttpEndpoint; orderApi: OrderApi }> {
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
  return { admin, orderApi: { ...customer, serviceId: service?.id ?? '' } }
}

/** Takes a sync cursor and places an order after it. */
async function placeMissedOrder(admin: HttpEndpoint, orderApi: OrderApi) {
  const [asAdmin, customer] = [createHttpClient(admin), createHttpClient(orderApi)]
  try {
    const [, cursor = ''] = /"syncCursor":"([^"]+)"/.exec(await asAdmin.request('GET', '/api/orders?limit=1')) ?? []
    const order = await customer.request('POST', '/api/orders', placeOrder(orderApi.serviceId))
    const [, missed = ''] = /"id":"([^"]+)"/.exec(order) ?? []
    return { cursor, missed }
  } finally {
    asAdmin.end()
    customer.end()
  }
}

/** Places orders at a steady rate. Requests that fail while the server is down do not count. */
function placeOrders(orderApi: OrderApi) {
  const customer = createHttpClient(orderApi)
  const latencies: number[] = []
  const pending = new Set<Promise<void>>()
  const timer = setInterval(() => {
    const begun = now()
    const placing = customer
      .request('POST', '/api/orders', placeOrder(orderApi.serviceId))
      .then(() => void latencies.push(now() - begun))
      .catch(() => {})
      .finally(() => void pending.delete(placing))
    pending.add(placing)
  }, 1_000 / ordersPerSecond)
  return {
    async end(): Promise<Figures> {
      clearInterval(timer)
      await Promise.all(pending)
      customer.end()
      return { orders: latencies.length, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
    },
  }
}
