import { closeSync, copyFileSync, mkdirSync, openSync, rmSync, statSync, truncateSync, watch, writeSync } from 'node:fs'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { DatabaseSync } from '@photostructure/sqlite'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { OutageError } from './errors.ts'
import { createOutages } from './outages.ts'
import { assertEqualFigures, everything } from '../contract/figures.ts'
import { recount } from '../testing/recount.ts'
import { createSqliteStore } from './index.ts'
import { startChild } from './testing/children.ts'
import { recordingLog } from './testing/recording-log.ts'
import { withFile } from './testing/temporary.ts'
import { createWriterThreadStore } from './writer-thread.ts'
import { createWriter } from './writer.ts'

const errorOf = (operation: Promise<unknown>) => operation.then(() => null).catch((error: unknown) => error)

/** Overwrites the last pages of the file, which hold orders. */
function damage(file: string) {
  const descriptor = openSync(file, 'r+')
  const bytes = 8 * 4096
  writeSync(descriptor, Buffer.alloc(bytes, 0xab), 0, bytes, statSync(file).size - bytes)
  closeSync(descriptor)
}

async function fill(file: string, orders = 100) {
  const store = createSqliteStore({ file, clock: systemClock })
  await store.start()
  for (let n = 0; n < orders; n++) await store.orders.create(anOrder())
  await store.stop()
}

const all = { scope: { kind: 'all' }, limit: 200 } as const

for (const [name, create] of Object.entries({ createSqliteStore, createWriterThreadStore }))
  test(`${name}: a damaged page rejects the read that needs it, and the process goes on`, () =>
    withFile(async (file) => {
      await fill(file)
      damage(file)
      const store = create({ file, clock: systemClock, exclusive: true })
      await store.start()
      const error = await errorOf(store.orders.list(all))
      assert.instance(error, OutageError)
      assert.ok(String(error).includes(`${file} is damaged: stop the server and restore the file`))
      // The snapshot of the failed read ends in a later turn of the event loop.
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
      assert.instance(await errorOf(store.orders.list(all)), OutageError)
      await store.stop()
    }))

test('damage is logged once, and the store stays unusable until the next start', () =>
  withFile(async (file) => {
    await fill(file)
    damage(file)
    const lines: string[] = []
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true, log: recordingLog(lines) })
    await store.start()
    await store.ping()
    for (let n = 0; n < 3; n++) {
      const error = await errorOf(store.orders.list(all))
      assert.ok(error instanceof UnavailableError && error.logged)
    }
    assert.instance(await errorOf(store.ping()), OutageError)
    assert.is(lines.length, 1, lines.join('\n'))
    assert.match(lines[0] ?? '', file)
    await store.stop()
  }))

test('a stored order that is not JSON is damage', () =>
  withFile(async (file) => {
    const order = anOrder()
    const store = createSqliteStore({ file, clock: systemClock })
    await store.start()
    await store.orders.create(order)
    const other = new DatabaseSync(file)
    other.prepare("UPDATE orders SET doc = '{' || char(171)").run()
    other.close()
    assert.instance(await errorOf(store.orders.byId(order.id)), OutageError)
    await store.stop()
  }))

test('a damaged row of the figures stops no write, and the next start counts the figures anew', () =>
  withFile(async (file) => {
    const lines: string[] = []
    const open = async () => {
      const store = createSqliteStore({ file, clock: systemClock, log: recordingLog(lines) })
      await store.start()
      return store
    }
    const store = await open()
    const first = anOrder()
    await store.orders.create(first)
    const other = new DatabaseSync(file)
    other.exec("UPDATE changed_orders SET facts = '{' || char(171)")
    other.close()
    const placed = [first]
    for (let n = 0; n < 3; n++) {
      placed.push(anOrder())
      await store.orders.create(placed.at(-1)!)
    }
    await store.purge() // adds what waits to the figures
    assert.instance(await errorOf(store.orders.figures(everything)), OutageError, 'no wrong figures')
    await store.stop()

    const next = await open()
    assertEqualFigures(await next.orders.figures(everything), recount(placed))
    assert.match(lines.join(), 'counted anew')
    await next.orders.create(anOrder())
    await next.stop()
  }))

test('a full disk is logged once a minute, and its end once', async () => {
  const connection = new DatabaseSync(':memory:')
  connection.exec('CREATE TABLE numbers (n); PRAGMA max_page_count = 2')
  const full = () => {
    try {
      connection.prepare('INSERT INTO numbers VALUES (zeroblob(100000))').run()
    } catch (error) {
      return error
    }
    return null
  }
  const lines: string[] = []
  const clock = new StillClock()
  let writes = 0
  const writeNothing = async () => {
    writes++
    throw outages.failed(full())
  }
  const outages = createOutages({ file: 'callout.db', clock, log: recordingLog(lines), writeNothing })
  for (let n = 0; n < 5; n++) assert.instance(outages.failed(full()), OutageError)
  assert.is(lines.length, 1)
  assert.match(lines[0] ?? '', 'callout.db cannot be written to, because the disk is full')
  clock.advance(60_000)
  outages.failed(full())
  assert.is(lines.length, 2)

  assert.instance(await errorOf(outages.verify()), OutageError)
  assert.is(writes, 0, 'a write has just failed')
  clock.advance(1_000)
  assert.instance(await errorOf(outages.verify()), OutageError)
  assert.instance(await errorOf(outages.verify()), OutageError)
  assert.is(writes, 1, 'requests within one second share an answer')
  outages.written()
  outages.written()
  assert.equal(lines.slice(2), ['callout.db can be written to again'])
  connection.close()
})

test('ping rejects while another program keeps the file from being written', () =>
  withFile(async (file) => {
    const clock = new StillClock()
    const store = createWriterThreadStore({ file, clock, exclusive: true })
    await store.start()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    assert.match(String(await errorOf(store.ping())), `${file} is locked`)
    other.close()
    clock.advance(1_000)
    await store.ping()
    await store.stop()
  }))

test('a writer thread that fails rejects its requests and is started again', () =>
  withFile(async (file) => {
    const clock = new StillClock()
    const code = `
      const { parentPort } = require('node:worker_threads')
      parentPort.on('message', (message) => {
        const { requests } = JSON.parse(message)
        if (requests.some(({ operation }) => operation === 'fail')) throw new Error('out of memory')
        parentPort.postMessage(JSON.stringify(requests.map(({ id }) => ({ id, value: 'done' }))))
      })`
    const lines: string[] = []
    const log = recordingLog(lines)
    const writer = createWriter({
      data: { file, records: [] },
      clock,
      refreshSnapshot: () => {},
      outages: createOutages({ file, clock, log, writeNothing: async () => {} }),
      log,
      startThread: () => new Worker(code, { eval: true }),
    })
    await writer.start()
    assert.instance(await errorOf(writer.request('fail', 'write', [])), UnavailableError)
    assert.instance(await errorOf(writer.request('other', 'write', [])), UnavailableError)
    assert.match(lines[0] ?? '', 'has failed and is started again')
    clock.advance(1_000)
    assert.is(await writer.request('other', 'write', []), 'done')
    await writer.stop()
  }))

test('a copy of the file of a quiet store has everything', () =>
  withFile(async (file) => {
    const order = anOrder()
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
    await store.start()
    await store.orders.create(order)
    // Only a checkpoint writes to the file itself.
    const watcher = watch(file)
    await once(watcher, 'change')
    watcher.close()
    await store.ping()
    const copy = join(dirname(file), 'copy.db')
    copyFileSync(file, copy)
    const connection = new DatabaseSync(copy)
    assert.is(connection.prepare('SELECT count(*) AS count FROM orders').get().count, 1)
    connection.close()
    await store.stop()
  }))

test('reads at the time of the checkpoint log no fault', () =>
  withFile(async (file) => {
    const lines: string[] = []
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true, log: recordingLog(lines) })
    await store.start()
    const order = anOrder()
    await store.orders.create(order)
    // Reads in the timers' phase, as the checkpoint. Once the change is in the file, the checkpoint has run.
    const watcher = watch(file)
    let changed = false
    void once(watcher, 'change').then(() => (changed = true))
    for (let after = 0; after < 20; after += Number(changed)) {
      await new Promise((resolve) => setTimeout(resolve))
      // A busy turn: the timers that are due meanwhile run after this read, in its snapshot.
      for (const end = performance.now() + 5; performance.now() < end;);
      await store.orders.byId(order.id)
    }
    watcher.close()
    await store.stop()
    assert.equal(
      lines.filter((line) => line.includes('locked')),
      [],
    )
  }))

test('the file, its log, its lock and its folder are closed to other users, also those that exist', () =>
  withFile(async (file) => {
    const rights = (path: string) => (statSync(path).mode & 0o777).toString(8)
    mkdirSync(dirname(file), { mode: 0o755 })
    closeSync(openSync(file, 'a', 0o644))
    const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
    await store.start()
    await store.orders.create(anOrder())
    assert.is(rights(dirname(file)), '700')
    assert.equal(
      ['', '-wal', '-shm', '.lock'].map((suffix) => rights(file + suffix)),
      ['600', '600', '600', '600'],
    )
    await store.stop()
  }))

/** The lines logged by a start on the file. */
async function linesOfStart(file: string): Promise<string[]> {
  const lines: string[] = []
  const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true, log: recordingLog(lines) })
  await store.start()
  await store.stop()
  return lines.filter((line) => !/: schema \d/.test(line))
}

test('a file that is missing or empty in a used folder is said; in a new folder it is not', () =>
  withFile(async (file) => {
    assert.equal(await linesOfStart(file), [])
    assert.equal(await linesOfStart(file), [])
    rmSync(file)
    assert.match((await linesOfStart(file)).join('\n'), `${file} is missing, although this folder has been used`)
    rmSync(file)
    closeSync(openSync(file, 'a'))
    assert.match((await linesOfStart(file)).join('\n'), `${file} is empty, although this folder has been used`)
    rmSync(file)
    const connection = new DatabaseSync(file)
    connection.exec('CREATE TABLE diary (day); DROP TABLE diary')
    connection.close()
    assert.match((await linesOfStart(file)).join('\n'), `${file} has no tables`)
  }))

test('a truncated write-ahead log is said, and one without its file is refused', () =>
  withFile(async (file) => {
    const child = startChild('write', file)
    await once(child.lines, 'line')
    for (let n = 0; n < 50; n++) await once(child.lines, 'line')
    await child.kill()
    truncateSync(`${file}-wal`, 32 + 4120)
    assert.match((await linesOfStart(file)).join('\n'), /callout\.db-wal is truncated: the last \d+ pages/)

    const again = startChild('write', file)
    for (let n = 0; n < 10; n++) await once(again.lines, 'line')
    await again.kill()
    rmSync(file)
    assert.match(String(await errorOf(linesOfStart(file))), `${file} is missing, but ${file}-wal has data`)
  }))

test.run()
