import { EventEmitter, once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DuplicateError } from '../store.ts'
import { createDatabase, type Database } from './database.ts'
import { domainError } from './errors.ts'
import { createGroupCommit, type Write } from './group-commit.ts'

test('the writes of one turn share one transaction', () =>
  opened(async ({ write, sent, numbers }) => {
    await Promise.all([1, 2, 3].map((n) => write(() => numbers.add(n))))
    assert.equal(sent(), ['BEGIN IMMEDIATE', 'COMMIT'])
    assert.equal(numbers.all(), [1, 2, 3])
    await write(() => numbers.add(4))
    assert.equal(sent(), ['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT'])
  }))

test('a large group is split, so that the event loop runs in between', () =>
  opened(async ({ write, sent, numbers }) => {
    await Promise.all(Array.from({ length: 150 }, (_, n) => write(() => numbers.add(n))))
    assert.is(sent().filter((sql) => sql === 'COMMIT').length, 3)
    assert.is(numbers.all().length, 150)
  }))

test('a write resolves to what it returned, and only after the commit', () =>
  opened(async ({ write, sent, numbers }) => {
    const result = write(() => {
      numbers.add(1)
      return 'done'
    }).then((value) => [value, sent().at(-1)])
    assert.equal(await result, ['done', 'COMMIT'])
  }))

test('a failed write is rolled back alone', () =>
  opened(async ({ write, sent, numbers }) => {
    const outcomes = await Promise.allSettled([
      write(() => numbers.add(1)),
      write(() => {
        numbers.add(2)
        throw new Error('failed')
      }),
      write(() => numbers.add(1)),
      write(() => numbers.add(3)),
    ])
    assert.equal(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    assert.equal(numbers.all(), [1, 3])
    assert.is(sent().filter((sql) => sql === 'COMMIT').length, 1)
  }))

test('a duplicate unique value rejects with the port’s error', () =>
  opened(async ({ write, database }) => {
    const add = () => write(() => database.run("INSERT INTO people VALUES ('ana@example.com')"))
    await add()
    const reason: unknown = await add().catch((error: unknown) => error)
    assert.instance(reason, DuplicateError)
    assert.is(reason instanceof DuplicateError && reason.field, 'email')
  }))

test('a failed commit rejects every write of its group, and the next one succeeds', () =>
  opened(async ({ write, numbers, failOnce }) => {
    failOnce('COMMIT')
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => write(() => numbers.add(n))))
    for (const outcome of outcomes) assert.is(outcome.status === 'rejected' && outcome.reason.message, 'I/O error')
    assert.equal(numbers.all(), [])
    await write(() => numbers.add(4))
    assert.equal(numbers.all(), [4])
  }))

test('when the database rolls back by itself, every write of the group rejects', () =>
  opened(async ({ write, numbers, database }) => {
    const outcomes = await Promise.allSettled([
      write(() => numbers.add(1)),
      // What SQLite does on a full disk or an I/O error.
      write(() => database.run('INSERT OR ROLLBACK INTO numbers VALUES (1)')),
      write(() => numbers.add(2)),
    ])
    assert.equal(new Set(outcomes.map(({ status }) => status)), new Set(['rejected']))
    assert.equal(numbers.all(), [])
  }))

test('maintenance runs in every transaction, and once more when writes pause', () =>
  opened(async ({ write, maintained, sent, numbers }) => {
    for (const n of [1, 2]) {
      const [busy, idle] = [maintained(false), maintained(true)]
      await write(() => numbers.add(n))
      await busy
      assert.equal(sent().slice(-2), ['BEGIN IMMEDIATE', 'COMMIT'])
      await idle
      assert.is(sent().length, 4 * n)
    }
  }))

test('stopping commits waiting writes, runs maintenance and accepts no more writes', () =>
  opened(async ({ write, stop, maintained, numbers }) => {
    const idle = maintained(true)
    const waiting = Array.from({ length: 50 }, (_, n) => write(() => numbers.add(n)))
    stop()
    assert.is(numbers.all().length, 50)
    await Promise.all([...waiting, idle])
    const refused: unknown = await write(() => numbers.add(99)).catch((error: unknown) => error)
    assert.match(String(refused), 'not running')
  }))

test('after stopping nothing runs, however many writes were waiting', () =>
  opened(async ({ write, stop, sent, numbers }) => {
    const waiting = Array.from({ length: 150 }, (_, n) => write(() => numbers.add(n)))
    stop()
    await Promise.all(waiting)
    const before = sent()
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
    assert.equal(sent(), before)
  }))

test.run()

interface Probe {
  write: Write
  stop: () => void
  database: Database
  numbers: { add(n: number): void; all(): number[] }
  /** Every BEGIN, COMMIT and ROLLBACK so far. */
  sent: () => string[]
  failOnce: (sql: string) => void
  /** Resolves at the next maintenance. */
  maintained: (idle: boolean) => Promise<unknown>
}

async function opened(run: (probe: Probe) => Promise<void>) {
  const sent: string[] = []
  let failing: string | undefined
  const real = createDatabase({ file: ':memory:' })
  const database: Database = {
    ...real,
    run(sql, values) {
      if (/^(BEGIN|COMMIT|ROLLBACK)( IMMEDIATE)?$/.test(sql)) sent.push(sql)
      if (sql === failing) {
        failing = undefined
        throw new Error('I/O error')
      }
      return real.run(sql, values)
    },
  }
  database.open()
  database.run('CREATE TABLE numbers (n INTEGER PRIMARY KEY)')
  database.run('CREATE TABLE people (email TEXT UNIQUE)')
  const maintenance = new EventEmitter()
  const { write, start, stop } = createGroupCommit(database, {
    maintain: (idle) => void maintenance.emit(String(idle)),
    failed: (error) => domainError(error, 'numbers.db'),
  })
  start()
  try {
    await run({
      write,
      stop,
      database,
      numbers: {
        add: (n) => void database.run('INSERT INTO numbers VALUES (:n)', { n }),
        all: () => database.all<{ n: number }>('SELECT n FROM numbers').map(({ n }) => n),
      },
      sent: () => [...sent],
      failOnce: (sql) => (failing = sql),
      maintained: (idle) => once(maintenance, String(idle)),
    })
  } finally {
    stop()
    database.close()
  }
}
