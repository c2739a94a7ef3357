import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Service } from '#shared/catalogue.ts'
import type { Order } from '#shared/orders.ts'
import { SignedIn, type User } from '#shared/users.ts'
import { createApp, type AppOptions, type Running } from '../app.ts'
import type { Clock } from '../lib/clock.ts'
import { readConfig } from '../config/config.ts'
import { createReplyChecks } from './check-replies.ts'
import { databaseEnv, dropDatabase } from './mongo.ts'
import { Probe, type Unchecked } from './probe.ts'

/** A response of the REST API. `body` is unchecked, for assertions. */
export interface Answer<Body = Unchecked> {
  status: number
  headers: Headers
  body: Body
}

/** A signed-in account and its requests. */
export class Person {
  readonly user: User
  readonly token: string
  readonly #app: Running

  constructor(app: Running, { user, accessToken }: SignedIn) {
    this.#app = app
    this.user = user
    this.token = accessToken
  }

  get id() {
    return this.user.id
  }

  call<Body = Unchecked>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return call<Body>(this.#app, method, path, body, { authorization: `Bearer ${this.token}`, ...headers })
  }

  get = <Body = Unchecked>(path: string) => this.call<Body>('GET', path)
  post = <Body = Unchecked>(path: string, body?: unknown, headers?: Record<string, string>) =>
    this.call<Body>('POST', path, body, headers)
  patch = <Body = Unchecked>(path: string, body?: unknown) => this.call<Body>('PATCH', path, body)

  /** Requests a status change. */
  set = (order: Pick<Order, 'id'>, status: string, more: object = {}) =>
    this.patch(`/api/orders/${order.id}/status`, { status, ...more })

  /** Creates a device of this vendor; `login` has its MQTT credentials. */
  async device(name = 'Van 7') {
    const { body } = await this.post('/api/devices', { name })
    const token: string = body.token
    const id: string = body.device.id
    return { id, token, login: { username: 'van-7', password: token, clientId: 'van' } }
  }

  /** Opens an MQTT connection of this account, over TCP or WebSocket. */
  connect(via: 'tcp' | 'websocket' = 'tcp', options: Parameters<typeof Probe.connect>[1] = {}): Promise<Probe> {
    const url = via === 'tcp' ? this.#app.mqtt : this.#app.websocket
    return Probe.connect(url, { username: this.user.id, password: this.token, ...options })
  }
}

export async function call<Body = Unchecked>(
  app: Running,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  const raw = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(app.http + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: raw,
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

export type TestApp = Awaited<ReturnType<typeof startApp>>

let accounts = 0

// The least that argon2 accepts: tests make hundreds of accounts, and a hash of production takes 18 ms of CPU time.
const passwordCost = { memoryCost: 8, timeCost: 1, parallelism: 1 }

interface TestAppOptions {
  env?: Record<string, string>
  clock?: Clock
  logOutput?: AppOptions['logOutput']
  /** Whether each reply is compared with its route's schema. That takes CPU time: not for measurements. */
  checksReplies?: boolean
}

/** Starts the app on free ports with its own database, and with the demo accounts and catalogue. */
export async function startApp({ env = {}, clock, logOutput, checksReplies = true }: TestAppOptions = {}) {
  const dataDir = env.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'callout-test-')))
  const config = readConfig({
    PORT: '0',
    MQTT_PORT: '0',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'silent',
    ...(await databaseEnv(dataDir)),
    ...env,
    DATA_DIR: dataDir,
  })
  const replies = createReplyChecks()
  const app = await createApp(config, {
    clientDir: join(dataDir, 'client'),
    clock,
    logOutput,
    passwordCost,
    ...(checksReplies && { wrapRoute: replies.wrapRoute }),
  })
  const running = await app.start()

  const signIn = async (email: string, password: string) => {
    const { body } = await call(running, 'POST', '/api/auth/login', { email, password })
    return new Person(running, SignedIn.parse(body))
  }
  const demo = (email: string) => {
    const password = running.demoAccounts.find((account) => account.email === email)?.password ?? ''
    return signIn(email, password)
  }
  const admin = await demo('admin@example.com')
  const password = 'correct horse battery'

  return {
    ...running,
    dataDir,
    admin,
    password,
    bridge: app.bridge,
    publisher: app.publisher,
    routes: app.routes,
    signIn,
    demo,
    drain: () => app.drain(),
    call: <Body = Unchecked>(method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      call<Body>(running, method, path, body, headers),

    async customer(name = `Customer ${++accounts}`): Promise<Person> {
      const email = `c${++accounts}@example.com`
      const { body } = await call(running, 'POST', '/api/auth/register', { name, email, password })
      return new Person(running, SignedIn.parse(body))
    },

    async vendor(name = `Vendor ${++accounts}`): Promise<Person> {
      const email = `v${++accounts}@example.com`
      await admin.post('/api/users', { name, email, password, role: 'vendor' })
      return signIn(email, password)
    },

    async services(): Promise<Service[]> {
      return (await admin.get('/api/services')).body.services
    },

    /** A new order of `customer` for the first service of the catalogue. */
    async order(customer: Person, more: object = {}): Promise<Order> {
      const [service] = await this.services()
      const { body } = await customer.post<Order>('/api/orders', placeOrder(service?.id ?? '', more))
      return body
    },

    /** Stops the app; `keep` leaves its data for another one. Rejects when a reply was not as its route says. */
    async stop({ keep = false } = {}) {
      await app.stop()
      if (!keep) {
        if (config.mongoUri) await dropDatabase(dataDir)
        await rm(dataDir, { recursive: true, force: true })
      }
      replies.assertNone()
    },
  }
}

/** A valid body for POST /api/orders. */
export const placeOrder = (serviceId: string, more: object = {}) => ({
  items: [{ serviceId, quantity: 2 }],
  contact: { phone: '+49 30 123456', address: 'Lindenstraße 9, Berlin' },
  ...more,
})
