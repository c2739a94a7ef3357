import type { Person, TestApp } from '../../server/testing/app.ts'
import { Probe } from '../../server/testing/probe.ts'

export interface Caller {
  userId: string
  token: string | null
}

/** The name of a security scheme, and what of its list the caller has; null for a call without a token. */
interface CallerKind {
  scheme: 'accessToken' | 'deviceToken' | 'apiToken' | null
  has: string
}

export const callerKinds = {
  customer: { scheme: 'accessToken', has: 'customer' },
  vendor: { scheme: 'accessToken', has: 'vendor' },
  admin: { scheme: 'accessToken', has: 'admin' },
  device: { scheme: 'deviceToken', has: 'vendor' },
  dashboard: { scheme: 'apiToken', has: 'dashboard' },
  display: { scheme: 'apiToken', has: 'dashboard' },
  integration: { scheme: 'apiToken', has: 'integration' },
  none: { scheme: null, has: '' },
} as const satisfies Record<string, CallerKind>
export type CallerName = keyof typeof callerKinds

const isCallerName = (name: string): name is CallerName => Object.hasOwn(callerKinds, name)
export const callerNames = Object.keys(callerKinds).filter(isCallerName)

/** The callers of every kind. One whose session has ended is made anew, as a generated call may end it. */
export function createCallers(app: TestApp) {
  const callers = new Map<CallerName, Caller>()
  const connections = new Map<CallerName, Probe>()
  const ids: string[] = []

  const person = ({ id, token }: Person): Caller => ({ userId: id, token })
  async function admin(): Promise<Person> {
    const email = `a${ids.length}-${callers.size}@example.com`
    await app.admin.post('/api/users', { name: 'Admin', email, password: app.password, role: 'admin' })
    return app.signIn(email, app.password)
  }
  async function apiToken(scope: string, more: object = {}): Promise<Caller> {
    const { body } = await app.admin.post('/api/tokens', { name: scope, scope, ...more })
    return { userId: body.token.id, token: body.secret }
  }
  const create: Record<CallerName, () => Promise<Caller>> = {
    customer: async () => person(await app.customer()),
    vendor: async () => person(await app.vendor()),
    admin: async () => person(await admin()),
    async device() {
      const vendor = await app.vendor()
      return { userId: vendor.id, token: (await vendor.device()).token }
    },
    dashboard: () => apiToken('dashboard'),
    display: () => apiToken('dashboard', { contact: false }),
    integration: () => apiToken('integration'),
    none: async () => ({ userId: 'none', token: null }),
  }

  async function renew(name: CallerName): Promise<Caller> {
    const made = await create[name]()
    ids.push(made.userId)
    callers.set(name, made)
    // Not with a DISCONNECT: the server may have closed the connection.
    connections.get(name)?.client.end(true)
    connections.delete(name)
    return made
  }

  return {
    ids,
    get: async (name: CallerName): Promise<Caller> => callers.get(name) ?? renew(name),
    renew,

    /** Whether the token is still accepted. */
    async isValid({ token }: Caller): Promise<boolean> {
      const { status } = await app.call('GET', '/api/services', undefined, { authorization: `Bearer ${token}` })
      return status !== 401
    },

    /** The MQTT connection of the caller, subscribed to the replies; another one when the server has closed it. */
    async connection(name: CallerName): Promise<Probe> {
      const open = connections.get(name)
      if (open?.client.connected) return open
      const { userId, token } = callers.get(name) ?? (await renew(name))
      const login = { username: userId, password: token ?? '' }
      const probe = await Probe.connect(app.mqtt, login).catch(async () => {
        const { userId: username, token: password } = await renew(name)
        return Probe.connect(app.mqtt, { username, password: password ?? '' })
      })
      await probe.subscribe(`users/${callers.get(name)?.userId}/replies`)
      connections.set(name, probe)
      return probe
    },

    close() {
      for (const probe of connections.values()) probe.client.end(true)
    },
  }
}

export type Callers = ReturnType<typeof createCallers>
