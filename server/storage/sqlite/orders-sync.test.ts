import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder } from '../../testing/records.ts'
import { openSqlite } from './testing/open.ts'

// Only for this store: the tests control its clock, and not that of a database server.
test('sync misses no change when the clock is set back', async () => {
  const { store, time, close } = await openSqlite()
  await store.orders.create(anOrder())
  const before = await store.orders.syncCursor()
  time.advance(-3_600_000)
  const after = await store.orders.syncCursor()
  const order = anOrder()
  await store.orders.create(order)
  for (const cursor of [before, after]) {
    const changed = await store.orders.changedSince(cursor, { kind: 'all' })
    assert.ok(typeof changed !== 'string' && changed.orders.some(({ id }) => id === order.id))
  }
  await close()
})

test.run()
