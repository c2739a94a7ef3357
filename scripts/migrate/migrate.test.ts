import { suite, test } from 'uvu'
import * as assert from 'uvu/assert'
import { deviceRecords } from '../../server/features/devices/device-records.ts'
import type { OpenStore } from '../../server/storage/contract/index.ts'
import { openMongo } from '../../server/storage/mongo/testing/open.ts'
import { openSqlite } from '../../server/storage/sqlite/testing/open.ts'
import type { BulkTable, Store } from '../../server/storage/store.ts'
import { mongoUri } from '../../server/testing/mongo.ts'
import { aDevice, anOrder, aPresence, aService, aSession, aUser } from '../../server/testing/records.ts'
import { UnavailableError } from '../../server/lib/errors.ts'
import { equal, migrate, type Place } from './migrate.ts'
import { readPosition } from './position.ts'
import { comparisonTable } from './table.ts'

test('every record is copied, and the position is deleted', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const { compared } = await run(source, target)
    assert.ok(compared.every(equal))
    assert.equal(
      compared.map(({ kind, target: { count } }) => `${kind} ${count}`),
      [
        'users 2',
        'services 1',
        'customers 0',
        'presence 1',
        'duties 0',
        'notes 1',
        'departures 0',
        'renames 0',
        'deliveries 0',
        'verified_emails 0',
        'abilities 0',
        'devices 1',
        'sessions 1',
        'orders 1200',
      ],
    )
    assert.is(await readPosition(target.store), null)
  }))

test('an interrupted migration resumes after the last batch written', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const killed = await failure(run(source, failing(target, { after: 2, error: new Error('killed') })))
    assert.is(killed.message, 'killed')
    assert.is(await target.store.bulkTransfer.orders.count(), 500)

    const written: string[] = []
    const { compared, lines } = await run(source, watched(target, written))
    assert.ok(compared.every(equal))
    assert.is(lines[0], 'Resuming with orders, of which 500 are already copied.')
    assert.is(written.length, 700, 'written batches are not sent again')
  }))

test('a batch written without its position is sent again, without harm', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const { put } = target.store.keyValue
    const keyValue = {
      ...target.store.keyValue,
      put: (name: string, text: string) =>
        text.includes('"done":750') ? Promise.reject(new Error('killed')) : put(name, text),
    }
    await failure(run(source, { ...target, store: { ...target.store, keyValue } }))
    assert.is(await target.store.bulkTransfer.orders.count(), 750)
    const { compared, lines } = await run(source, target)
    assert.is(lines[0], 'Resuming with orders, of which 500 are already copied.')
    assert.ok(compared.every(equal))
  }))

test('a database that is unavailable for a while is retried', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const unavailable = failing(target, {
      after: 2,
      times: 30,
      error: new UnavailableError('the database cannot be used'),
    })
    const { compared, lines } = await run(source, unavailable)
    assert.ok(compared.every(equal))
    assert.equal(lines, ['the database cannot be used: retrying for a minute'])
  }))

test('a database that stays unavailable ends the run, and the next run resumes', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const unavailable = failing(target, { after: 2, error: new UnavailableError('the database cannot be used') })
    const ended = await failure(run(source, unavailable))
    assert.is(ended.message, 'the database cannot be used: stopped retrying; the same command resumes the migration')
    const { compared } = await run(source, target)
    assert.ok(compared.every(equal))
  }))

test('a target that is not empty is refused and not changed', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    await target.store.users.create(aUser())
    await target.store.keyValue.put('bridge', 't1')
    const refused = await failure(run(source, target))
    assert.is(refused.message, 'the second is not empty (1 users, 1 notes). Nothing was changed.')
    assert.is(await target.store.bulkTransfer.orders.count(), 0)
  }))

test('an interrupted migration resumes from its own source only, and is refused as a source', () =>
  between([openSqlite, openSqlite, openSqlite], async ([source, target, third]) => {
    await fill(source.store)
    await failure(run(source, failing(target, { after: 2, error: new Error('killed') })))
    assert.match(
      (await failure(run(third, target))).message,
      /^the second holds an interrupted migration from the first/,
    )
    assert.match((await failure(run(target, third))).message, /^the second holds an interrupted migration itself/)
    assert.is(await third.store.bulkTransfer.users.count(), 0)
  }))

test('a record changed in the target is found, and the position stays', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const [ana] = await source.store.users.list({ role: 'customer' })
    assert.ok(ana)
    const changing = onWrite(target, () => target.store.users.change(ana.id, { name: 'Another name' }))
    const { compared } = await run(source, changing)
    assert.equal(
      compared.filter((one) => !equal(one)).map(({ kind }) => kind),
      ['users'],
    )
    assert.match(comparisonTable(compared), /^users +2 +2 .+ differs$/m)
    assert.ok(await readPosition(target.store))
  }))

test('an order added to the source meanwhile is found', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    await failure(run(source, failing(target, { after: 2, error: new Error('killed') })))
    await source.store.orders.create(anOrder({ id: 'a' }))
    const { compared } = await run(source, target)
    const orders = compared.find(({ kind }) => kind === 'orders')
    assert.equal([orders?.source.count, orders?.target.count], [1201, 1200])
  }))

test.run()

const overMongo = suite('over MongoDB')
if (mongoUri) {
  overMongo('embedded to MongoDB, interrupted once, and back: the same checksums everywhere', () =>
    between([openSqlite, openMongo, openSqlite], async ([source, mongo, back]) => {
      await fill(source.store)
      await failure(run(source, failing(mongo, { after: 1, error: new Error('killed') })))
      const toMongo = await run(source, mongo)
      const toEmbedded = await run(mongo, back)
      for (const { compared } of [toMongo, toEmbedded]) assert.ok(compared.every(equal), comparisonTable(compared))
      assert.equal(
        toEmbedded.compared.map(({ target }) => target),
        toMongo.compared.map(({ source: first }) => first),
      )
    }),
  )
  overMongo.run()
}

async function between<const Opens extends OpenStore[]>(
  opens: Opens,
  work: (places: { [Index in keyof Opens]: Place }) => Promise<void>,
) {
  const opened = []
  for (const open of opens) opened.push(await open([deviceRecords]))
  try {
    const names = ['the first', 'the second', 'the third']
    const places = opened.map(({ store }, n) => ({ store, name: names[n] ?? '' }))
    await work(places as { [Index in keyof Opens]: Place })
  } finally {
    for (const { close } of opened) await close()
  }
}

/** Runs a migration with a clock that a wait advances. */
async function run(source: Place, target: Place) {
  const lines: string[] = []
  let now = 0
  const progress = { at: () => {}, done: () => {}, print: (line: string) => void lines.push(line) }
  const compared = await migrate(source, target, progress, { now: () => now, wait: async (ms) => void (now += ms) })
  return { compared, lines }
}

async function fill({ bulkTransfer, collection, services, presence, keyValue }: Store) {
  const ana = aUser({ role: 'customer' })
  await bulkTransfer.users.write([ana, aUser({ role: 'vendor', active: false })])
  await services.create(aService())
  await collection(deviceRecords).create(aDevice())
  await presence.put(aPresence())
  await bulkTransfer.sessions.write([aSession({ userId: ana.id })])
  await keyValue.put('bridge', 't1')
  const orders = Array.from({ length: 1200 }, (_, n) => ({
    // The last order's notes end in half a surrogate pair, as a browser may cut them.
    order: anOrder({
      customer: ana,
      notes: n === 1199 ? 'Ring twice \ud83d' : '«ñ» \u{1F6BF}',
      declinedBy: n % 3 ? [] : ['bob'],
    }),
    idempotencyKey: n % 2 ? `k${n}` : null,
    bodyHash: n % 2 ? 'h' : null,
    unpublished: n % 100 === 0,
    published: n % 100 === 0 ? 0 : 1,
  }))
  await bulkTransfer.orders.write(orders)
}

async function failure(work: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await work.catch((error: unknown) => error)
  if (outcome instanceof Error) return outcome
  throw new Error('it succeeded')
}

/** The place, where writing orders fails `times` times after `after` batches. */
function failing(
  place: Place,
  { after, times = Infinity, error }: { after: number; times?: number; error: Error },
): Place {
  let [written, failed] = [0, 0]
  return onWrite(place, () => {
    if (written < after) written++
    else if (failed++ < times) throw error
  })
}

const watched = (place: Place, written: string[]) => onWrite(place, (ids) => void written.push(...ids))

function onWrite({ store, name }: Place, before: (ids: string[]) => unknown): Place {
  const { bulkTransfer } = store
  const { orders, kinds } = bulkTransfer
  const write: typeof orders.write = async (some) => {
    await before(some.map(({ order }) => order.id))
    await orders.write(some)
  }
  const watchedOrders = { ...orders, write }
  const table: BulkTable<unknown> = watchedOrders
  const watchedTransfer = { ...bulkTransfer, orders: watchedOrders, kinds: new Map([...kinds, ['orders', table]]) }
  return { name, store: { ...store, bulkTransfer: watchedTransfer } }
}
