import { isDeepStrictEqual } from 'node:util'
import { isFinal } from '#shared/order-status.ts'
import { OrderList, type Order } from '#shared/orders.ts'
import type { User } from '#shared/users.ts'
import type { Api } from '../../../client/live/api.ts'
import { viewFor } from '../../../server/auth/permissions.ts'
import { presentOrderTo } from '../../../server/services/presenters.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import { difference, type Difference } from './difference.ts'

/** Reads all pages of an account's order list. */
export async function readAll(api: Pick<Api, 'get'>): Promise<Order[]> {
  const orders: Order[] = []
  let cursor = ''
  do {
    const page = await api.get(`/orders?limit=200${cursor && `&cursor=${cursor}`}`, OrderList)
    orders.push(...page.orders)
    cursor = page.nextCursor ?? ''
  } while (cursor)
  return orders
}

/** The REST list of a user has every stored order once, in the user's view. */
export function checkRest(
  user: User,
  listed: readonly Order[],
  stored: ReadonlyMap<string, OrderRecord>,
): Difference[] {
  const wrong: string[] = []
  const byId = new Map(listed.map((order) => [order.id, order]))
  if (byId.size !== listed.length) wrong.push('has an order twice')
  for (const { id } of listed) if (!stored.has(id)) wrong.push(`has ${id}, which is not stored`)
  for (const order of stored.values()) {
    const view = viewFor(user, order)
    const found = byId.get(order.id)
    const expected = view && view !== 'gone' ? presentOrderTo(user, order, view, Date.now()) : undefined
    // For how long an order that has ended can be reopened is a question of the server's clock.
    if (expected && isFinal(order.status)) expected.nextStatuses = found?.nextStatuses
    if (!isDeepStrictEqual(found, expected))
      wrong.push(`has ${order.id} at version ${found?.version}, not ${expected?.version}`)
  }
  return wrong.map((detail) => difference('rest')(`the list of the ${user.role} ${user.name} ${detail}`))
}
