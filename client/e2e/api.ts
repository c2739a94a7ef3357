import { Service } from '#shared/catalogue.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { Order } from '#shared/orders.ts'
import { SignedIn, type User } from '#shared/users.ts'
import * as z from 'zod/mini'

/** A signed-in client of the REST API, to create the data that tests and screenshots show. */
export interface ApiClient {
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
  const responseBody: unknown = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(responseBody)}`)
  return responseBody
}

async function openSession(base: string, path: string, body: unknown): Promise<ApiClient> {
  const { user, accessToken } = SignedIn.parse(await send(base, 'POST', path, null, body))
  return {
    user,
    token: accessToken,
    get: async (at, schema) => schema.parse(await send(base, 'GET', at, accessToken)),
    post: async (at, schema, data) => schema.parse(await send(base, 'POST', at, accessToken, data)),
    patch: async (at, schema, data) => schema.parse(await send(base, 'PATCH', at, accessToken, data)),
  }
}

export const signIn = (base: string, email: string, password: string) =>
  openSession(base, '/auth/login', { email, password })

export const register = (base: string, name: string, email: string, password: string) =>
  openSession(base, '/auth/register', { name, email, password })

export const servicesOf = async (client: ApiClient) =>
  (await client.get('/services', z.object({ services: z.array(Service) }))).services

/** Places an order for the first service of the catalogue. */
export async function placeOrder(customer: ApiClient): Promise<Order> {
  const [service] = await servicesOf(customer)
  return customer.post('/orders', Order, {
    items: [{ serviceId: service?.id, quantity: 1 }],
    contact: { phone: '+49 30 123456', address: 'Lindenstraße 9, Berlin' },
  })
}

export const setStatus = (client: ApiClient, { id }: { id: string }, status: OrderStatus, more: object = {}) =>
  client.patch(`/orders/${id}/status`, Order, { status, ...more })
