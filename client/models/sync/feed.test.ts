import { computed } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import type { Order } from '#shared/orders.ts'
import { anOrder } from '../../testing/orders.ts'
import { createFeed } from './feed.ts'
import { createOrders } from '../orders/orders.ts'

test('a search includes an order that the server returns only when the list is read again', async () => {
  let found: Order[] = []
  const orders = createOrders()
  const api = {
    get: async <S extends z.ZodMiniType>(_: string, schema: S): Promise<z.infer<S>> =>
      schema.parse({ orders: found, nextCursor: null, syncCursor: 'c' }),
  }
  const feed = createFeed({ api, orders, onSyncCursor() {} }, { q: 'jose' })
  await feed.load()
  const order = anOrder({ id: 'a' })
  orders.applyAll([order])
  // As in the board: the rule is built once, then tests each changed order.
  const matches = orders.list(() => {
    const within = feed.within.value
    return (one) => within(one) && feed.returned(one.id)
  })
  assert.equal(matches.value, [])
  found = [order]
  await feed.load()
  assert.equal(matches.value, ['a'])
  const rule = computed(() => feed.within.value)
  const before = rule.value
  await feed.load()
  assert.is.not(rule.value, before)
})

test.run()
