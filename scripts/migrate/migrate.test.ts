import { suite, test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OpenStore } from '../../server/storage/contract/index.ts'
import { openMongo } from '../../server/storage/mongo/testing/open.ts'
import { openSqlite } from '../../server/storage/sqlite/testing/open.ts'
import type { Store } from '../../server/storage/store.ts'
import { mongoUri } from '../../server/testing/mongo.ts'
import { aDevice, anOrder, aPresence, aService, aSession, aUser } from '../../server/testing/records.ts'
import { UnavailableError } from '../../server/lib/errors.ts'
import { equal, migrate, type Place } from './migrate.ts'
import { readPosition } from './position.ts'
import { comparisonTable } from './table.ts'

test('everything arrives, and the note on the migration goes', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const { compared } = await run(source, target)
    assert.ok(compared.every(equal))
    assert.equal(
      compared.map(({ kind, target: { count } }) => `${kind} ${count}`),
      ['users 2', 'services 1', 'devices 1', 'presence 1', 'sessions 1', 'notes 1', 'orders 1200'],
    )
    assert.is(await readPosition(target.store), null)
  }))

test('an interrupted migration goes on after the last batch that arrived', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const killed = await failure(run(source, failing(target, { after: 2, error: new Error('killed') })))
    assert.is(killed.message, 'killed')
    assert.is(await target.store.records.orders.count(), 500)

    const written: string[] = []
    const { compared, lines } = await run(source, watched(target, written))
    assert.ok(compared.every(equal))
    assert.is(lines[0], 'Going on with orders, of which 500 are there already.')
    assert.is(written.length, 700, 'what had arrived is not sent again')
  }))

test('a batch that arrived without being noted is sent again, and does no harm', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const { put } = target.store.notes
    const notes = {
      ...target.store.notes,
      put: (name: string, text: string) =>
        text.includes('"done":750') ? Promise.reject(new Error('killed')) : put(name, text),
    }
    await failure(run(source, { ...target, store: { ...target.store, notes } }))
    assert.is(await target.store.records.orders.count(), 750)
    const { compared, lines } = await run(source, target)
    assert.is(lines[0], 'Going on with orders, of which 500 are there already.')
    assert.ok(compared.every(equal))
  }))

test('a database that is away for a while is waited for', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const away = failing(target, { after: 2, times: 30, error: new UnavailableError('the database cannot be used') })
    const { compared, lines } = await run(source, away)
    assert.ok(compared.every(equal))
    assert.equal(lines, ['the database cannot be used: trying for a minute'])
  }))

test('one that stays away is given up, and the next run goes on', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const away = failing(target, { after: 2, error: new UnavailableError('the database cannot be used') })
    const givenUp = await failure(run(source, away))
    assert.is(givenUp.message, 'the database cannot be used: given up; the same command goes on from here')
    const { compared } = await run(source, target)
    assert.ok(compared.every(equal))
  }))

test('a target with anything in it is refused, and left as it was', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    await target.store.users.create(aUser())
    await target.store.notes.put('bridge', 't1')
    const refused = await failure(run(source, target))
    assert.is(refused.message, 'the second is not empty (1 users, 1 notes). Nothing was changed.')
    assert.is(await target.store.records.orders.count(), 0)
  }))

test('an interrupted migration is gone on with from its own source only, and is no source itself', () =>
  between([openSqlite, openSqlite, openSqlite], async ([source, target, third]) => {
    await fill(source.store)
    await failure(run(source, failing(target, { after: 2, error: new Error('killed') })))
    assert.match(
      (await failure(run(third, target))).message,
      /^the second holds an interrupted migration from the first/,
    )
    assert.match((await failure(run(target, third))).message, /^the second holds an interrupted migration itself/)
    assert.is(await third.store.records.users.count(), 0)
  }))

test('a record that was changed in the target is found, and the migration is not over', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    const [ana] = await source.store.users.list({ role: 'customer' })
    assert.ok(ana)
    const meddled = onWrite(target, () => target.store.users.change(ana.id, { name: 'Somebody else' }))
    const { compared } = await run(source, meddled)
    assert.equal(
      compared.filter((one) => !equal(one)).map(({ kind }) => kind),
      ['users'],
    )
    assert.match(comparisonTable(compared), /^users +2 +2 .+ differs$/m)
    assert.ok(await readPosition(target.store))
  }))

test('an order that comes to the source meanwhile is found', () =>
  between([openSqlite, openSqlite], async ([source, target]) => {
    await fill(source.store)
    await failure(run(source, failing(target, { after: 2, error: new Error('killed') })))
    await source.store.orders.create(anOrder({ id: 'a' }))
    const { compared } = await run(source, target)
    const orders = compared.find(({ kind }) => kind === 'orders')
    assert.equal([orders?.source.count, orders?.target.count], [1201, 1200])
  }))

test.run()

const there = suite('over MongoDB')
if (mongoUri) {
  there('embedded to MongoDB, interrupted once, and back: the same checksums everywhere', () =>
    between([openSqlite, openMongo, openSqlite], async ([source, mongo, back]) => {
      await fill(source.store)
      await failure(run(source, failing(mongo, { after: 1, error: new Error('killed') })))
      const forth = await run(source, mongo)
      const home = await run(mongo, back)
      for (const { compared } of [forth, home]) assert.ok(compared.every(equal), comparisonTable(compared))
      assert.equal(
        home.compared.map(({ target }) => target),
        forth.compared.map(({ source: first }) => first),
      )
    }),
  )
  there.run()
}

async function between<const Opens extends OpenStore[]>(
  opens: Opens,
  work: (places: { [Index in keyof Opens]: Place }) => Promise<void>,
) {
  const opened = []
  for (const open of opens) opened.push(await open())
  try {
    const names = ['the first', 'the second', 'the third']
    const places = opened.map(({ store }, n) => ({ store, name: names[n] ?? '' }))
    await work(places as { [Index in keyof Opens]: Place })
  } finally {
    for (const { close } of opened) await close()
  }
}

/** With a clock that a wait moves on. */
async function run(source: Place, target: Place) {
  const lines: string[] = []
  let now = 0
  const progress = { at: () => {}, done: () => {}, say: (line: string) => void lines.push(line) }
  const compared = await migrate(source, target, progress, { now: () => now, wait: async (ms) => void (now += ms) })
  return { compared, lines }
}

async function fill({ records }: Store) {
  const ana = aUser({ role: 'customer' })
  await records.users.write([ana, aUser({ role: 'vendor', active: false })])
  await records.services.write([aService()])
  await records.devices.write([aDevice()])
  await records.presence.write([aPresence()])
  await records.sessions.write([aSession({ userId: ana.id })])
  await records.notes.write([{ name: 'bridge', text: 't1' }])
  const orders = Array.from({ length: 1200 }, (_, n) => ({
    // The last of them ends in half a character, as a browser may cut it.
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
  await records.orders.write(orders)
}

async function failure(work: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await work.catch((error: unknown) => error)
  if (outcome instanceof Error) return outcome
  throw new Error('it went well')
}

/** The place, of which the writing of orders fails after so many batches, so many times. */
function failing(
  place: Place,
  { after, times = Infinity, error }: { after: number; times?: number; error: Error },
): Place {
  let [well, failed] = [0, 0]
  return onWrite(place, () => {
    if (well < after) well++
    else if (failed++ < times) throw error
  })
}

const watched = (place: Place, written: string[]) => onWrite(place, (ids) => void written.push(...ids))

function onWrite({ store, name }: Place, before: (ids: string[]) => unknown): Place {
  const { orders } = store.records
  const write: typeof orders.write = async (some) => {
    await before(some.map(({ order }) => order.id))
    await orders.write(some)
  }
  return { name, store: { ...store, records: { ...store.records, orders: { ...orders, write } } } }
}
