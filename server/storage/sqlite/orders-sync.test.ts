import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder } from '../../testing/records.ts'
import { openSqlite, openWriterThread } from './testing/open.ts'

// Only for this store: the tests control its clock, and not that of a database server.
test('sync misses no change when the clock is set back', async () => {
  const { store, time, close } = await openSqlite()
  await store.orders.create(anOrder())
  const before = await store.orders.syncCursor()
  time.set(-3_600_000)
  const after = await store.orders.syncCursor()
  const order = anOrder()
  await store.orders.create(order)
  for (const cursor of [before, after]) {
    const changed = await store.orders.changedSince(cursor, { kind: 'all' })
    assert.ok(typeof changed !== 'string' && changed.orders.some(({ id }) => id === order.id))
  }
  await close()
})

test('sync misses no change that is made after the clock was set back and read after it has caught up', async () => {
  const { store, time, close } = await openWriterThread()
  await store.orders.create(anOrder())
  time.advance(3_600_000)
  const cursor = await store.orders.syncCursor()
  time.set(-600_000)
  const order = anOrder()
  await store.orders.create(order)
  time.advance(1_200_000)
  const changed = await store.orders.changedSince(cursor, { kind: 'all' })
  assert.ok(typeof changed !== 'string' && changed.orders.some(({ id }) => id === order.id))
  await close()
})

test.run()
