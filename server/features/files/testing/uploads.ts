import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Order } from '#shared/orders.ts'
import type { Person, TestApp } from '../../../testing/app.ts'
import type { Unchecked } from '../../../testing/probe.ts'

type Server = Pick<TestApp, 'http'>

export interface Sent {
  kind?: string
  name?: string
  id?: string
  type?: string
}

export async function send(app: Server, token: string, path: string, body: Uint8Array, { type, ...query }: Sent = {}) {
  const response = await fetch(`${app.http}${path}?${new URLSearchParams({ ...query })}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type ?? 'image/jpeg' },
    body: Buffer.from(body),
  })
  const answer: Unchecked = await response.json()
  return { status: response.status, body: answer }
}
export const upload = (
  app: Server,
  person: Pick<Person, 'token'>,
  order: Pick<Order, 'id'>,
  body: Uint8Array,
  sent?: Sent,
) => send(app, person.token, `/api/orders/${order.id}/files`, body, sent)

export const fetchFile = (app: Server, { token }: Pick<Person, 'token'>, id: string, size = 'full') =>
  fetch(`${app.http}/api/files/${id}?size=${size}`, { headers: { authorization: `Bearer ${token}` } })
export const statusOf = async (...args: Parameters<typeof fetchFile>) => {
  const response = await fetchFile(...args)
  await response.arrayBuffer()
  return response.status
}

/** An order and its vendor. */
export async function job(app: TestApp) {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  return { customer, vendor, order }
}
/** The files of a disk storage. */
export const storedIn = async (app: Pick<TestApp, 'dataDir'>): Promise<string[]> =>
  (await readdir(join(app.dataDir, 'files'), { recursive: true })).filter((name) => /\/[\da-f]{20}/.test(name))
