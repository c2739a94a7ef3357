import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder } from '../../testing/records.ts'
import { StillClock } from '../../testing/clock.ts'
import { openSqlite, openWriterThread } from './testing/open.ts'
import { withFile } from './testing/temporary.ts'
import { createWriterThreadStore } from './writer-thread.ts'

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

test('sync misses no change that is made after a restart with a clock that was set back', () =>
  withFile(async (file) => {
    const time = new StillClock()
    const opened = async () => {
      const store = createWriterThreadStore({ file, clock: time, exclusive: true })
      await store.start()
      return store
    }
    const first = await opened()
    await first.orders.create(anOrder())
    time.advance(60_000)
    const cursor = await first.orders.syncCursor()
    await first.stop()

    time.set(-30_000)
    const second = await opened()
    const order = anOrder()
    await second.orders.create(order)
    time.advance(90_000)
    const changed = await second.orders.changedSince(cursor, { kind: 'all' })
    await second.stop()
    assert.ok(typeof changed !== 'string' && changed.orders.some(({ id }) => id === order.id))
  }))

test.run()
