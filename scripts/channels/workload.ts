import { setTimeout as sleep } from 'node:timers/promises'
import { SignedIn } from '#shared/users.ts'
import type { Running } from '../../server/app.ts'
import { call, Person, placeOrder, type Answer } from '../../server/testing/app.ts'
import type { Target } from '../chaos/nodes.ts'

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

/** What happens to an order, as webhooks name it. */
export const orderEvents = ['order.placed', ...statuses.map((status) => `order.${status}`)]

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
  await accepted(admin.post('/api/webhooks', { url: webhookUrl, events: orderEvents }))
  await accepted(customer.post('/api/push/subscriptions', subscription))
  const { services } = await accepted(admin.get('/api/services'))
  const serviceId: string = services[0].id

  return {
    /** Places an order and completes it. Resolves to its id once every change is acknowledged. */
    async workOneOrder(): Promise<string> {
      const key = { 'idempotency-key': crypto.randomUUID() }
      const placed = await untilAnswered(() => customer.post('/api/orders', placeOrder(serviceId), key))
      if (placed.status !== 201 && placed.status !== 200) throw new Error(JSON.stringify(placed.body))
      const order = placed.body
      for (const status of statuses) {
        const { status: code, body } = await untilAnswered(() => vendor.set(order, status))
        // 409: it was applied, and the kill came before the answer.
        if (code !== 200 && !(code === 409 && body.code === 'invalid_transition')) throw new Error(JSON.stringify(body))
      }
      return order.id
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
