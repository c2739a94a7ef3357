import { createMetrics } from '../../../server/http/metrics/index.ts'
import { createSessions } from '../../../server/auth/sessions.ts'
import { readHttpLimits } from '../../../server/config/http-config.ts'
import { systemClock as clock } from '../../../server/lib/clock.ts'
import { createDemoData } from '../../../server/demo/demo-accounts.ts'
import { orderRoutes } from '../../../server/http/controllers/orders.ts'
import { createHttpListener } from '../../../server/http/listener.ts'
import { createRateLimits } from '../../../server/http/middleware/rate-limits.ts'
import { createHttp } from '../../../server/http/server.ts'
import { createLog } from '../../../server/lib/log.ts'
import { createRateLimiters } from '../../../server/net/rate-limiters.ts'
import { createOrderListsService } from '../../../server/services/order-lists.service.ts'
import { createCustomersService } from '../../../server/services/customers.service.ts'
import { createEventBus } from '../../../server/services/domain-events.ts'
import { createHandOverService } from '../../../server/services/hand-over.service.ts'
import { createOrderAmendments } from '../../../server/services/order-amendments.ts'
import { createOrderCorrections } from '../../../server/services/order-corrections.ts'
import { createOrdersService } from '../../../server/services/orders.service.ts'
import { createStore } from '../../../server/storage/create-store.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import { benchTokens } from './access.ts'

const currency = 'USD'

/**
 * The part that is the same for all subjects in the end-to-end measure: the product's store, services, routes and
 * sessions on a free port. Only the delivery to the dashboards differs.
 */
export async function startOrderApi(dir: string, orderChanged: (order: OrderRecord) => void) {
  const store = await createStore({ mongoUri: null, dataDir: dir }, { clock, server: true, records: [] })
  await store.start()
  await createDemoData({ store, dataDir: dir, currency, clock })
  const tokens = benchTokens()
  const sessions = createSessions({ store, tokens, clock })
  const tokenOf = async (email: string) => {
    const user = await store.users.byEmail(email)
    if (!user) throw new Error(`there is no account ${email}`)
    return (await sessions.open(user)).signedIn.accessToken
  }
  const events = createEventBus({ error: (details, text) => console.error(text, details) })
  for (const name of ['order.placed', 'order.changed'] as const) events.on(name, ({ order }) => orderChanged(order))
  const handOver = createHandOverService({ store, events, clock })
  const customers = createCustomersService({ store, clock, country: 'US' })
  const orders = createOrdersService({ store, events, handOver, customers, clock, currency })
  const amendments = createOrderAmendments({ store, events, clock })
  const corrections = createOrderCorrections({ store, amendments, clock })
  const limits = createRateLimits({
    enabled: false,
    limits: readHttpLimits({}),
    createLimiter: createRateLimiters(null),
  })
  const http = createHttp({
    routes: orderRoutes({ orders, corrections, lists: createOrderListsService({ store, clock }), limits, checks: [] }),
    identify: sessions.identify,
    identifyLimited: sessions.identify,
    ...plainHttp(dir),
  })
  const listener = createHttpListener(http, clock)
  const port = await listener.listen(0, '127.0.0.1')
  const [service] = await store.services.list({ active: true })
  return {
    server: listener.server,
    port,
    token: await tokenOf('admin@example.com'),
    verify: (token: unknown) => sessions.identify(String(token)),
    orderApi: { port, token: await tokenOf('customer@example.com'), serviceId: service?.id ?? '' },
    async close() {
      listener.terminate()
      await store.stop()
    },
  }
}

/** The other options of the HTTP server, the same for all subjects. */
export const plainHttp = (dir: string) => ({
  started: () => true,
  ready: async () => ({}),
  metrics: createMetrics({ token: null, metrics: [] }),
  clientDir: dir,
  version: '',
  allowedOrigins: [],
  basePath: '',
  audits: [],
  trustProxy: false,
  log: createLog('silent'),
  clock,
})
