import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { createDeviceStore, deviceRecords } from '../../features/devices/device-records.ts'
import { aDevice, anOrder } from '../../testing/records.ts'
import { factsOf } from '../order-facts.ts'
import { defineRecords, integer, nullable, text, type RecordDefinition } from '../records.ts'
import { previousRecords, readAll } from '../testing/previous-records.ts'
import { assertEqualFigures, everything } from '../contract/figures.ts'
import { claimedBy, nextVersionOf } from '../contract/rule.ts'
import { recount } from '../testing/recount.ts'
import type { OrderRecord } from '../store.ts'
import { checkBackup } from './backup.ts'
import { createSqliteStore } from './index.ts'
import { tokenColumns } from './order-row.ts'
import { applicationId, migrations } from './schema.ts'
import { withFile } from './testing/temporary.ts'
import { createWriterThreadStore } from './writer-thread.ts'

// schema-5.db was written by the version before record definitions (commit 0bd9fb0), version-0.1.json read by it.
const previousFile = new URL('testing/schema-5.db', import.meta.url)

/** The columns that later migrations add. */
const added = [
  'sessions.previous_hash',
  'sessions.rotated_at',
  'sessions.user_agent',
  'services.deadlines',
  'services.proof',
  'services.picture',
  'services.category',
  'services.options',
  'services.available_hours',
  'services.skills',
  'services.offers',
]

const withPreviousFile = (run: (file: string) => Promise<void>) =>
  withFile(async (file) => {
    mkdirSync(dirname(file), { recursive: true })
    copyFileSync(previousFile, file)
    await run(file)
  })

for (const [name, create] of Object.entries({ createSqliteStore, createWriterThreadStore }))
  test(`${name} reads every record of a file of the previous version, and writes to it`, () =>
    withPreviousFile(async (file) => {
      const store = create({ file, clock: systemClock, records: [deviceRecords] })
      await store.start()
      const devices = createDeviceStore(store)
      assert.equal(await readAll(store), previousRecords)
      assert.is((await devices.byId('d1'))?.name, 'Van 7 “Zoë”')
      assert.equal(
        (await store.services.list({ active: true })).map(({ id }) => id),
        ['boiler'],
      )
      assert.equal(
        (await devices.list({ vendorId: 'bob' })).map(({ id }) => id),
        ['d2', 'd1'],
      )
      assert.is(await store.keyValue.get('bridge'), 't1')
      assert.is((await store.orders.byIdempotencyKey('ana', 'k1'))?.order.id, 'o1')
      const device = aDevice()
      await devices.create(device)
      await devices.setSession('d2', 'bob:d2:button')
      assert.equal(await devices.byId(device.id), device)
      assert.is((await devices.byId('d2'))?.session, 'bob:d2:button')
      await store.stop()
    }))

test('the orders of the previous version are in the figures', () =>
  withPreviousFile(async (file) => {
    const store = createWriterThreadStore({ file, clock: systemClock })
    await store.start()
    const stored = ['o1', 'o2'].map(async (id) => (await store.orders.byId(id)) ?? [])
    const figures = await store.orders.figures(everything)
    assertEqualFigures(figures, recount((await Promise.all(stored)).flat()))
    assert.is(figures.hours.size > 0, true)
    await store.stop()
  }))

test('orders of the previous version are found by this version’s definition once their tokens are made anew', () =>
  withPreviousFile(async (file) => {
    const store = createWriterThreadStore({ file, clock: systemClock })
    await store.start()
    const found = async (q: string) => (await store.orders.list({ scope: { kind: 'all' }, q, limit: 10 })).length
    const { contact } = (await store.orders.byId('o1')) ?? {}
    assert.ok(contact)
    assert.is(await found(contact.address), 0)
    const cursor = await store.orders.syncCursor()
    const before = await readAll(store)
    assert.is(await store.orders.refreshSearchTokens('', 1), 'o1')
    assert.is(await store.orders.refreshSearchTokens('o1', 100), 'o2')
    assert.ok((await found(contact.address)) > 0 && (await found(contact.phone)) > 0)
    assert.equal(await readAll(store), before)
    const changed = await store.orders.changedSince(cursor, { kind: 'all' })
    assert.equal(typeof changed === 'object' && changed.orders, [])
    await store.stop()
  }))

test('what waited for publication, the index and the figures is published, found and counted once', () =>
  withFile(async (file) => {
    mkdirSync(dirname(file), { recursive: true })
    const [first, second, third] = [anOrder(), anOrder(), anOrder({ status: 'completed' })]
    const connection = new DatabaseSync(file)
    for (const migration of migrations.slice(0, 9)) connection.exec(migration)
    const insert = connection.prepare(
      `INSERT INTO orders (id, number, status, version, customer_id, created_at, changed_at, unpublished, words,
                           offer_words, doc) VALUES (?, ?, ?, 1, ?, ?, 0, ?, ?, '', ?)`,
    )
    for (const order of [first, second, third]) {
      const { id, number, status, customer, createdAt } = order
      const { words } = tokenColumns(order)
      insert.run(id, number, status, customer.id, createdAt, Number(order === first), words, JSON.stringify(order))
    }
    const add = connection.prepare('INSERT INTO figures_to_add (times, facts) VALUES (?, ?)')
    const facts = (order: OrderRecord) => JSON.stringify(factsOf(order))
    add.run(3, facts(first))
    add.run(-1, facts(first))
    add.run(1, facts(third))
    connection.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 9`)
    connection.close()

    const store = createSqliteStore({ file, clock: systemClock })
    await store.start()
    const check = async (orders: OrderRecord[]) => {
      assertEqualFigures(await store.orders.figures(everything), recount(orders))
      for (const q of ['ana', 'núñez boiler'])
        assert.is((await store.orders.list({ scope: { kind: 'all' }, q, limit: 10 })).length, orders.length)
    }
    await check([first, second, third])
    assert.equal(await store.orders.unpublished(10), [first])
    const claimed = claimedBy(first)
    assert.equal(await store.orders.replace(claimed, 1), { published: 0 })
    await check([claimed, second, third])
    await store.purge() // adds what waits
    await check([claimed, second, third])
    assert.equal(await store.orders.unpublished(10), [claimed])
    const done = nextVersionOf(claimed, { status: 'completed' })
    await store.orders.replace(done, 2)
    await check([done, second, third])
    await store.stop()
  }))

test('opening a file of the previous version keeps its columns but those that moved, and adds the new ones', () =>
  withPreviousFile(async (file) => {
    interface Column {
      table: string
      column: string
    }
    const columns = () => {
      const connection = new DatabaseSync(file)
      const rows: Column[] = connection
        .prepare(
          `SELECT s.name AS "table", c.name AS "column", c.type, c."notnull", c.pk
           FROM sqlite_schema AS s, pragma_table_info(s.name) AS c WHERE s.type = 'table' ORDER BY 1, c.cid`,
        )
        .all()
      connection.close()
      return rows
    }
    // `changed_orders` has taken the place of this table and of these columns.
    const moved = ({ table, column }: Column) =>
      table === 'orders_to_index' || (table === 'orders' && ['unpublished', 'published'].includes(column))
    const before = columns().filter((column) => !moved(column))
    const store = createSqliteStore({ file, clock: systemClock, records: [deviceRecords] })
    await store.start()
    await store.stop()
    const isAdded = ({ table, column }: Column) => added.includes(`${table}.${column}`)
    // Tables of later definitions are added.
    const tables = new Set(before.map(({ table }) => table))
    const after = columns().filter(({ table }) => tables.has(table))
    assert.equal(
      after.filter((column) => !isAdded(column)),
      before,
    )
    assert.is(after.length, before.length + added.length)
  }))

test('before a migration the file is backed up, with its secret, and without a backup nothing is migrated', () =>
  withPreviousFile(async (file) => {
    const folder = join(dirname(file), 'backups')
    const backup = join(folder, `before-schema-${migrations.length}.db`)
    writeFileSync(join(dirname(file), 'jwt-secret'), 'secret')
    writeFileSync(folder, 'a file in the place of the folder')
    const store = createWriterThreadStore({ file, clock: systemClock })
    const refusal: unknown = await store.start().catch((error: unknown) => error)
    assert.match(String(refusal), `${file} was not migrated, because the backup before it failed: ${backup}`)
    rmSync(folder)
    mkdirSync(folder)
    const copyOf = (version: number) => `before-schema-${version}.db`
    const earlier = [copyOf(migrations.length - 1), copyOf(migrations.length - 2), copyOf(2)]
    for (const name of [...earlier, 'callout-2026-03-01T08-00-00Z.db']) writeFileSync(join(folder, name), '')

    await store.start()
    const newest = [copyOf(migrations.length), copyOf(migrations.length - 1), 'callout-2026-03-01T08-00-00Z.db']
    assert.equal(readdirSync(folder).sort(), newest.sort(), 'the two newest copies stay')
    const { beside, orders } = checkBackup(backup)
    assert.equal([beside, orders], [{ 'jwt-secret': 'secret' }, 2])
    const before = new DatabaseSync(backup, { readOnly: true })
    assert.is(before.prepare('PRAGMA user_version').get().user_version, 5)
    before.close()
    await store.stop()
    rmSync(backup)
    await store.start()
    assert.not(existsSync(backup), 'no backup without a migration')
    await store.stop()
  }))

const base = {
  name: 'ratings',
  key: 'orderId',
  fields: { orderId: text(), stars: integer() },
  indexes: { byStars: ['stars'] },
} as const

async function withRecords(
  file: string,
  records: RecordDefinition[],
  work: (store: ReturnType<typeof createSqliteStore>) => Promise<void>,
) {
  const store = createSqliteStore({ file, clock: systemClock, records })
  await store.start()
  await work(store)
  await store.stop()
}

test('a nullable field added to a definition is null in the records that exist', () =>
  withFile(async (file) => {
    const before = defineRecords(base)
    await withRecords(file, [before], ({ collection }) => collection(before).create({ orderId: 'o1', stars: 5 }))

    const after = defineRecords({ ...base, fields: { ...base.fields, comment: nullable(text()) } })
    await withRecords(file, [after], async ({ collection }) => {
      const ratings = collection(after)
      assert.equal(await ratings.list(), [{ orderId: 'o1', stars: 5, comment: null }])
      await ratings.change('o1', { comment: 'Quick' })
      assert.equal(await ratings.get('o1'), { orderId: 'o1', stars: 5, comment: 'Quick' })
    })
  }))

test('a field that is not nullable cannot be added to a definition, and the file stays as it is', () =>
  withFile(async (file) => {
    const before = defineRecords(base)
    await withRecords(file, [before], ({ collection }) => collection(before).create({ orderId: 'o1', stars: 5 }))
    const after = defineRecords({ ...base, fields: { ...base.fields, comment: text() } })
    const store = createSqliteStore({ file, clock: systemClock, records: [after] })
    const refusal: unknown = await store.start().catch((error: unknown) => error)
    assert.match(String(refusal), 'ratings.comment is new, so it has to be nullable')
    await withRecords(file, [before], async ({ collection }) => {
      assert.equal(await collection(before).list(), [{ orderId: 'o1', stars: 5 }])
    })
  }))

test.run()
