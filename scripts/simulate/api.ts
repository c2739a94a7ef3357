import { setTimeout as sleep } from 'node:timers/promises'
import { Order } from '#shared/orders.ts'
import { SignedIn, User } from '#shared/users.ts'
import { z } from '../../server/lib/zod.ts'

const Problem = z.object({ code: z.string(), detail: z.optional(z.string()) })
const List = z.object({ orders: z.array(z.object({ id: z.string() })) })
const Catalogue = z.object({ services: z.array(z.object({ id: z.string() })) })
const Users = z.object({ users: z.array(User) })
const NewDevice = z.object({ token: z.string(), device: z.object({ id: z.string() }) })
const Mqtt = z.object({ port: z.number() })

/** A refusal by the server, with its code. */
export class RefusedError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export type Api = ReturnType<typeof createApi>

/** The calls of the simulation. A 429 is obeyed: the call waits as long as `Retry-After` says, at most until `stopped`. */
export function createApi(base: string, stopped: AbortSignal, limited: () => void) {
  async function call(method: string, path: string, token?: string, body?: unknown): Promise<unknown> {
    for (;;) {
      const response = await fetch(`${base}/api${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      const answer: unknown = text === '' ? null : JSON.parse(text)
      if (response.ok) return answer
      const { code, detail } = Problem.parse(answer)
      if (response.status !== 429 || stopped.aborted)
        throw new RefusedError(code, `${method} ${path}: ${response.status} ${detail ?? code}`)
      limited()
      const seconds = Number(response.headers.get('retry-after') ?? 1)
      await sleep(seconds * 1000, null, { signal: stopped }).catch(() => {})
    }
  }

  return {
    signIn: async (email: string, password: string) =>
      SignedIn.parse(await call('POST', '/auth/login', undefined, { email, password })),
    register: async (name: string, email: string, password: string) =>
      SignedIn.parse(await call('POST', '/auth/register', undefined, { name, email, password })),
    /** The ids of all accounts of a role, by e-mail address. */
    users: async (token: string, role: 'vendor' | 'customer') =>
      new Map(Users.parse(await call('GET', `/users?role=${role}`, token)).users.map(({ email, id }) => [email, id])),
    createVendor: async (token: string, vendor: { name: string; email: string; password: string }) =>
      User.parse(await call('POST', '/users', token, { ...vendor, role: 'vendor' })),
    createDevice: async (token: string, vendorId: string) =>
      NewDevice.parse(await call('POST', '/devices', token, { name: 'Simulated van', vendorId })),
    removeDevice: (token: string, id: string) => call('DELETE', `/devices/${id}`, token),
    mqttPort: async (token: string) => Mqtt.parse(await call('GET', '/mqtt', token)).port,
    services: async (token: string) => Catalogue.parse(await call('GET', '/services', token)).services,
    offered: async (token: string) =>
      List.parse(await call('GET', '/orders?status=pending', token)).orders.map(({ id }) => id),
    place: async (token: string, order: object) => Order.parse(await call('POST', '/orders', token, order)),
    cancel: (token: string, id: string, reason: string) =>
      call('PATCH', `/orders/${id}/status`, token, { status: 'cancelled', reason }),
  }
}
