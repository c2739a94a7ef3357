import { setTimeout as sleep } from 'node:timers/promises'
import { AlertList } from '#shared/deadlines.ts'
import type { Order } from '#shared/orders.ts'
import { SignedIn } from '#shared/users.ts'
import type { Running } from '../../server/app.ts'
import { z } from '../../server/lib/zod.ts'
import { call, Person, placeOrder, type Answer } from '../../server/testing/app.ts'
import type { Target } from '../chaos/nodes.ts'
import type { Received } from './compare.ts'

export interface WorkloadOptions {
  target: Target
  /** Passwords of the demo accounts, by e-mail. */
  demo: ReadonlyMap<string, string>
  /** Of the webhooks' receiver. */
  webhookUrl: string
  /** The customer's push subscription. */
  subscription: object
}

const statuses = ['accepted', 'on_the_way', 'in_progress', 'completed'] as const

/** What happens to an order that is worked, and to one that is not, as webhooks name it. */
export const workedEvents = ['order.placed', ...statuses.map((status) => `order.${status}`)]
export const lateEvents = ['order.placed', 'order.late']

const AdminNotifications = z.object({
  notifications: z.array(z.object({ id: z.string(), event: z.string(), order: z.object({ id: z.string() }) })),
  nextCursor: z.nullable(z.string()),
})

/** Signs in, and adds a webhook and a push subscription. The server is up until this resolves. */
export async function createWorkload({ target, demo, webhookUrl, subscription }: WorkloadOptions) {
  const [http, mqtt] = [`http://127.0.0.1:${target.http}`, `mqtt://127.0.0.1:${target.mqtt}`]
  const app: Running = { http, mqtt, websocket: '', demoAccounts: [] }
  const signIn = async (email: string) => {
    const body = await accepted(call(app, 'POST', '/api/auth/login', { email, password: demo.get(email) }))
    return new Person(app, SignedIn.parse(body))
  }
  const admin = await signIn('admin@example.com')
  const vendor = await signIn('vendor@example.com')
  const customer = await signIn('customer@example.com')
  await accepted(admin.post('/api/webhooks', { url: webhookUrl, events: [...workedEvents, 'order.late'] }))
  await accepted(customer.post('/api/push/subscriptions', subscription))
  const { services } = await accepted(admin.get('/api/services'))
  const serviceId: string = services[0].id
  const watched = { ...services[0], name: 'Watched', deadlines: { acceptWithin: 1 } }
  const { id: _id, currency: _currency, active: _active, ...input } = watched
  const { id: watchedId } = await accepted(admin.post('/api/services', input))

  async function placeAs(person: Person, body: object): Promise<Order> {
    const key = { 'idempotency-key': crypto.randomUUID() }
    const placed = await untilAnswered(() => person.post('/api/orders', body, key))
    if (placed.status !== 201 && placed.status !== 200) throw new Error(JSON.stringify(placed.body))
    return placed.body
  }

  return {
    /** Places an order and completes it. Resolves to its id once every change is acknowledged. */
    async workOneOrder(): Promise<string> {
      const order = await placeAs(customer, placeOrder(serviceId))
      for (const status of statuses) {
        const { status: code, body } = await untilAnswered(() => vendor.set(order, status))
        // 409: it was applied, and the kill came before the answer.
        if (code !== 200 && !(code === 409 && body.code === 'invalid_transition')) throw new Error(JSON.stringify(body))
      }
      return order.id
    },

    /** Places an order that no vendor accepts, so that it is late after a minute. Of a caller without e-mail. */
    async leaveOneOrder(): Promise<string> {
      const caller = { name: 'Caller', phone: '+1 202 555 0143' }
      return (await placeAs(admin, { ...placeOrder(watchedId), customer: caller })).id
    },

    /** Ends the alert of a late order. */
    async acknowledge(orderId: string): Promise<void> {
      const answer = await untilAnswered(() => admin.post(`/api/alerts/accept/${orderId}/acknowledge`))
      if (answer.status !== 204) throw new Error(JSON.stringify(answer.body))
    },

    /** The orders that are shown as late. */
    async alerts(): Promise<string[]> {
      const { body } = await untilAnswered(() => admin.get('/api/alerts'))
      return AlertList.parse(body).alerts.map(({ orderId }) => orderId)
    },

    /** The admin's notifications of late orders. */
    async lateNotifications(): Promise<Received[]> {
      const found: Received[] = []
      let cursor: string | null = ''
      do {
        const path: string = cursor ? `/api/notifications?cursor=${encodeURIComponent(cursor)}` : '/api/notifications'
        const page = AdminNotifications.parse((await untilAnswered(() => admin.get(path))).body)
        for (const { id, event, order } of page.notifications)
          if (event === 'order.late') found.push({ id, about: `${order.id} ${event}`, process: 1 })
        cursor = page.nextCursor
      } while (cursor)
      return found
    },
  }
}

/** Repeats a request while the server is down. */
async function untilAnswered(request: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await request().catch(() => null)
    if (answer && answer.status < 500) return answer
    await sleep(50)
  }
}

async function accepted<Body>(request: Promise<{ status: number; body: Body }>): Promise<Body> {
  const { status, body } = await request
  if (status >= 300) throw new Error(`answered ${status} ${JSON.stringify(body)}`)
  return body
}
