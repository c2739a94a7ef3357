import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Actor } from '#shared/actors.ts'
import { applyTransition } from '#shared/apply-transition.ts'
import { findTransition } from '#shared/order-status.ts'
import { isoTime, systemClock } from '../lib/clock.ts'
import { anOrder } from '../testing/records.ts'
import { openSqlite } from '../storage/sqlite/testing/open.ts'
import { createOrderListsService } from './order-lists.service.ts'

const test = suite('lists of orders')

const [ana, ben]: Actor[] = ['Ana', 'Ben'].map((name) => ({ id: name, name, role: 'vendor' }))

// On SQLite, as no test sets the clock of a database server.
test('a vendor learns that an offer is gone, also when the clock was set back by minutes before it was made', async () => {
  const { store, time, close } = await openSqlite()
  const lists = createOrderListsService({ store, clock: systemClock })
  assert.ok(ana && ben)
  await store.orders.create(anOrder())
  time.set(-300_000)
  // The history has the servers' time; the store's timestamps stand still.
  const createdAt = isoTime(time.now())
  const order = anOrder({ createdAt })
  await store.orders.create(order)
  const { orders, syncCursor } = await lists.list(ben, {})
  assert.ok(orders.some(({ id }) => id === order.id))
  const row = findTransition(ana, order, 'accepted', time.now())
  assert.ok(row)
  await store.orders.replace(applyTransition(order, row, ana, {}, isoTime(time.now() + 1)), 1)
  const changes = await lists.changes(ben, { since: syncCursor })
  assert.equal(
    changes.orders.find(({ id }) => id === order.id),
    { id: order.id, version: 2, status: 'accepted', gone: true },
  )
  await close()
})

test.run()
