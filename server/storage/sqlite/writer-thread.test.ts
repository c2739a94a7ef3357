import { DatabaseSync } from '@photostructure/sqlite'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder, aUser } from '../../testing/records.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { withFile } from './testing/temporary.ts'
import { createWriterThreadStore } from './writer-thread.ts'

test('while a write waits for the disk, everybody else goes on', () =>
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

test('whoever is told that it is written finds it written, whatever was read a moment before', () =>
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

test('a change that takes long to be written is found by whoever has looked meanwhile', () =>
  withFile(async (file) => {
    const clock = new StillClock()
    const store = createWriterThreadStore({ file, clock, exclusive: true })
    await store.start()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const order = anOrder()
    const writing = store.orders.create(order)
    await new Promise(setImmediate)
    clock.advance(10_000)
    const cursor = await store.orders.syncCursor()
    other.close()
    await writing
    const changed = await store.orders.changedSince(cursor, { kind: 'all' })
    assert.equal(typeof changed === 'string' ? changed : changed.orders, [order])
    await store.stop()
  }))

test('what nobody waits for goes with the next commit, or by itself when none comes', () =>
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

test('what was asked for before it stops is done, what comes after is refused; and it starts again', () =>
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

test('a write that cannot be done says why', () =>
  withFile(async (file) => {
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
    await store.start()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const refusal: unknown = await store.orders.create(anOrder()).catch((error: unknown) => error)
    assert.instance(refusal, UnavailableError)
    assert.match(String(refusal), 'the database cannot be written to: Error: database is locked')
    other.close()
    await store.stop()
  }))

test.run()
