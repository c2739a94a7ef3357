import { PlaceOrder } from '#shared/order-input.ts'
import { Order } from '#shared/orders.ts'
import { isoTime, systemClock } from '../../../server/lib/clock.ts'
import { createHttpListener } from '../../../server/http/listener.ts'
import { createHttp } from '../../../server/http/server.ts'
import { only } from '../../../server/http/route.ts'
import { newId, newOrderNumber } from '../../../server/lib/ids.ts'
import { newOrder } from '../../../server/services/order-changes.ts'
import { presentOrderTo } from '../../../server/services/presenters.ts'
import { createAccess } from './access.ts'
import type { StartSubject } from './subject.ts'
import { plainHttp } from './order-api.ts'

/** The route that places orders, with validation and response but without a store: the upper bound of Express itself. */
export const start: StartSubject = async ({ dir }) => {
  const { token, verify } = createAccess({ role: 'customer' })
  const routes = [
    only(
      ['customer'],
      { method: 'post', path: '/orders', body: PlaceOrder, summary: 'Places an order', reply: { 201: Order } },
      async ({ identity, body }) => {
        const items = body.items.map(({ serviceId, quantity }) => ({
          serviceId,
          quantity,
          name: 'Boiler service',
          unitPrice: 9500,
        }))
        const details = { items, currency: 'USD', contact: body.contact, notes: body.notes ?? '', scheduledFor: null }
        const id = newId()
        const order = newOrder({ id, number: newOrderNumber(), customer: identity, ...details }, isoTime(Date.now()))
        return {
          status: 201,
          body: presentOrderTo(identity, order, 'full', Date.now()),
          headers: { Location: `/api/orders/${id}` },
        }
      },
    ),
  ]
  async function identify(bearer: string) {
    const { userId, sessionId, role, expiresAt } = verify(bearer)
    return { id: userId, name: 'Sam Okafor', role, sessionId, deviceId: null, scope: null, expiresAt }
  }
  const http = createHttpListener(
    createHttp({ routes, identify, identifyLimited: identify, ...plainHttp(dir) }),
    systemClock,
  )
  const port = await http.listen(0, '127.0.0.1')
  return {
    endpoint: { protocol: 'plain', port, path: '/', acknowledge: false },
    orderApi: { port, token, serviceId: newId() },
    pids: [],
    publish() {},
    stop: http.terminate,
  }
}
