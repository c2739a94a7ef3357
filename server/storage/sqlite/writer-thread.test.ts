import { DatabaseSync } from '@photostructure/sqlite'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder, aUser } from '../../testing/records.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { withFile } from './testing/temporary.ts'
import { createWriterThreadStore } from './writer-thread.ts'

test('reads do not wait for a write that waits for the disk', () =>
  withFile(async (file) => {
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
    await store.start()
    const [before, order] = [anOrder(), anOrder()]
    await store.orders.create(before)

    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    let written = false
    const writing = store.orders.create(order).then(() => (written = true))
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
    assert.equal(await store.orders.byId(before.id), before)
    assert.is(await store.orders.byId(order.id), null)
    assert.not(written)

    other.exec('ROLLBACK')
    other.close()
    await writing
    assert.equal(await store.orders.byId(order.id), order)
    await store.stop()
  }))

test('once a write resolves, reads see it, also amid concurrent reads', () =>
  withFile(async (file) => {
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
    await store.start()
    let reading = true
    const readOn = () => void store.orders.byId('nothing').then(() => reading && setImmediate(readOn))
    readOn()
    for (let n = 0; n < 100; n++) {
      const order = anOrder()
      await store.orders.create(order)
      assert.equal(await store.orders.byId(order.id), order)
    }
    reading = false
    await store.stop()
  }))

test('a slow write is found by a cursor taken while it was pending', () =>
  withFile(async (file) => {
    const clock = new StillClock()
    const store = createWriterThreadStore({ file, clock, exclusive: true })
    await store.start()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const order = anOrder()
    const writing = store.orders.create(order)
    await new Promise(setImmediate)
    clock.advance(60_000)
    const cursor = await store.orders.syncCursor()
    other.close()
    await writing
    const changed = await store.orders.changedSince(cursor, { kind: 'all' })
    assert.equal(typeof changed === 'string' ? changed : changed.orders, [order])
    await store.stop()
  }))

test('a deferrable write goes with the next commit, or by itself without one', () =>
  withFile(async (file) => {
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
    await store.start()
    const [one, other] = [anOrder(), anOrder()]
    await store.orders.create(one)
    const marked = store.orders.markPublished([one])
    await store.orders.create(other)
    assert.equal(await store.orders.unpublished(10), [other])
    await marked
    await store.orders.markPublished([other])
    assert.equal(await store.orders.unpublished(10), [])
    await store.stop()
  }))

test('writes before stop() complete, later ones are rejected, and the store starts again', () =>
  withFile(async (file) => {
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
    const refused = () => store.users.create(aUser()).catch((error: unknown) => error)
    assert.instance(await refused(), UnavailableError)
    await store.start()
    const order = anOrder()
    const unawaited = store.orders.create(order)
    const stopped = store.stop()
    assert.instance(await refused(), UnavailableError)
    await Promise.all([unawaited, stopped])
    await store.start()
    assert.equal(await store.orders.byId(order.id), order)
    await store.stop()
  }))

test('a write that the database rejects reports the reason', () =>
  withFile(async (file) => {
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
    await store.start()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const refusal: unknown = await store.orders.create(anOrder()).catch((error: unknown) => error)
    assert.instance(refusal, UnavailableError)
    assert.match(String(refusal), `${file} is locked by another program`)
    other.close()
    await store.stop()
  }))

test.run()
