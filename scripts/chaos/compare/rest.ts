import { isDeepStrictEqual } from 'node:util'
import { OrderList, type Order } from '#shared/orders.ts'
import type { User } from '#shared/users.ts'
import type { Api } from '../../../client/models/session/api.ts'
import { viewFor } from '../../../server/auth/permissions.ts'
import { presentOrderTo } from '../../../server/services/presenters.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import { difference, type Difference } from './difference.ts'

/** All pages of somebody's list. */
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

/** What REST answers somebody is what is stored, in their view, each order once. */
export function checkRest(
  who: User,
  answered: readonly Order[],
  stored: ReadonlyMap<string, OrderRecord>,
): Difference[] {
  const wrong: string[] = []
  const byId = new Map(answered.map((order) => [order.id, order]))
  if (byId.size !== answered.length) wrong.push('has an order twice')
  for (const { id } of answered) if (!stored.has(id)) wrong.push(`has ${id}, which is not stored`)
  for (const order of stored.values()) {
    const view = viewFor(who, order)
    const expected = view && view !== 'gone' ? presentOrderTo(who, order, view) : undefined
    if (!isDeepStrictEqual(byId.get(order.id), expected))
      wrong.push(`says of ${order.id} version ${byId.get(order.id)?.version}, not ${expected?.version}`)
  }
  return wrong.map((words) => difference('rest')(`the list of the ${who.role} ${who.name} ${words}`))
}
