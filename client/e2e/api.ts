import { Service } from '#shared/catalogue.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { Order } from '#shared/orders.ts'
import { SignedIn, type User } from '#shared/users.ts'
import * as z from 'zod/mini'

/** Somebody who uses the API directly: to fill a server with what the screenshots show. */
export interface Person {
  user: User
  token: string
  post<S extends z.ZodMiniType>(path: string, schema: S, body: unknown): Promise<z.infer<S>>
  patch<S extends z.ZodMiniType>(path: string, schema: S, body: unknown): Promise<z.infer<S>>
  get<S extends z.ZodMiniType>(path: string, schema: S): Promise<z.infer<S>>
}

async function send(
  base: string,
  method: string,
  path: string,
  token: string | null,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${base}/api${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
  return answer
}

async function enter(base: string, path: string, body: unknown): Promise<Person> {
  const { user, accessToken } = SignedIn.parse(await send(base, 'POST', path, null, body))
  return {
    user,
    token: accessToken,
    get: async (at, schema) => schema.parse(await send(base, 'GET', at, accessToken)),
    post: async (at, schema, data) => schema.parse(await send(base, 'POST', at, accessToken, data)),
    patch: async (at, schema, data) => schema.parse(await send(base, 'PATCH', at, accessToken, data)),
  }
}

export const signIn = (base: string, email: string, password: string) => enter(base, '/auth/login', { email, password })

export const register = (base: string, name: string, email: string, password: string) =>
  enter(base, '/auth/register', { name, email, password })

export const servicesOf = async (person: Person) =>
  (await person.get('/services', z.object({ services: z.array(Service) }))).services

/** An order for one of the first service, as a customer would place it. */
export async function placeOrder(customer: Person): Promise<Order> {
  const [service] = await servicesOf(customer)
  return customer.post('/orders', Order, {
    items: [{ serviceId: service?.id, quantity: 1 }],
    contact: { phone: '+49 30 123456', address: 'Lindenstraße 9, Berlin' },
  })
}

export const setStatus = (person: Person, { id }: { id: string }, status: OrderStatus, more: object = {}) =>
  person.patch(`/orders/${id}/status`, Order, { status, ...more })
