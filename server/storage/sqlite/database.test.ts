import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { anOrder, aUser } from '../../testing/records.ts'
import { createDatabase } from './database.ts'
import { createSqliteStore } from './index.ts'
import { migrations } from './schema.ts'
import { recordingLog } from './testing/recording-log.ts'
import { withFile } from './testing/temporary.ts'

test('written records are read after a stop and a start', () =>
  withFile(async (file) => {
    const store = createSqliteStore({ file, clock: systemClock })
    await store.start()
    const [user, order] = [aUser(), anOrder()]
    await store.users.create(user)
    const unawaited = store.orders.create(order)
    await store.stop()
    await unawaited
    await store.start()
    assert.equal(await store.users.byId(user.id), user)
    assert.equal(await store.orders.list({ scope: { kind: 'all' }, q: order.number, limit: 1 }), [order])
    await store.stop()
  }))

test('a store that is not running rejects every operation', async () => {
  const store = createSqliteStore({ file: ':memory:', clock: systemClock })
  for (const operation of [() => store.ping(), () => store.users.byId('ana'), () => store.users.create(aUser())])
    assert.match(String(await operation().catch((error: unknown) => error)), 'not running')
  await store.stop()
})

test('commits are synced to the disk, and foreign keys are enforced', () =>
  withFile(async (file) => {
    const database = createDatabase({ file })
    database.open()
    assert.equal({ ...database.get('PRAGMA journal_mode') }, { journal_mode: 'wal' })
    assert.equal({ ...database.get('PRAGMA synchronous') }, { synchronous: 2 })
    assert.equal({ ...database.get('PRAGMA foreign_keys') }, { foreign_keys: 1 })
    database.close()
  }))

test('a new file gets the schema, an existing one only the missing migrations', () =>
  withFile(async (file) => {
    const logged: string[] = []
    const database = createDatabase({ file, log: recordingLog(logged) })
    for (let time = 0; time < 2; time++) {
      database.open()
      assert.equal({ ...database.get('PRAGMA user_version') }, { user_version: migrations.length })
      database.close()
    }
    assert.equal(logged, [`${file}: schema 0 → ${migrations.length}`])
  }))

test('a file of a newer version is refused', () =>
  withFile(async (file) => {
    const database = createDatabase({ file })
    database.open()
    database.run('PRAGMA user_version = 99')
    database.close()
    refuses(file, 'was written by a newer version of this program (schema 99')
  }))

test('a file that is no database, or belongs to another program, is refused', () =>
  withFile(async (file) => {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, 'Dear diary, '.repeat(100))
    refuses(file, 'is not a database')

    const foreign = `${file}.foreign`
    const other = new DatabaseSync(foreign)
    other.exec('CREATE TABLE diary (day TEXT)')
    other.close()
    refuses(foreign, 'is a database of another program')
  }))

test('a failed start releases the lock of the file', () =>
  withFile(async (file) => {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, 'Dear diary, '.repeat(100))
    refuses(file, 'is not a database')
    await writeFile(file, '')
    const database = createDatabase({ file, exclusive: true })
    database.open()
    refuses(file, 'is in use by another process')
    database.close()
  }))

test('emptying the log, and closing the file in a script, do not wait until a reader ends', () =>
  withFile(async (file) => {
    const [server, script] = [createDatabase({ file }), createDatabase({ file })]
    server.open()
    script.open()
    server.run('BEGIN')
    server.get('SELECT count(*) FROM orders')
    script.run('INSERT INTO changed_orders VALUES (1, NULL, NULL, 0, 0)')
    const startedAt = performance.now()
    assert.is(script.truncateLog(), false)
    script.close()
    assert.ok(performance.now() - startedAt < 500, 'neither waits for the busy timeout of a second')
    server.run('COMMIT')
    server.close()
  }))

test.run()

function refuses(file: string, message: string) {
  assert.throws(
    () => createDatabase({ file, exclusive: true }).open(),
    (error: Error) => error.message.startsWith(`${file} ${message}`),
  )
}
