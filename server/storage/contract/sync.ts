import * as assert from 'uvu/assert'
import { isoTime } from '../../lib/clock.ts'
import { anOrder } from '../../testing/records.ts'
import type { OrderRecord, OrderScope, OrderStore } from '../store.ts'
import { cursorOf } from '../sync-cursor.ts'
import { claimedBy, nextVersionOf, type RegisterTest } from './rule.ts'

const all = { kind: 'all' } as const
const minute = 60_000
const hour = 60 * minute

export function syncContract(it: RegisterTest) {
  it('a cursor is opaque and safe in a URL', async ({ orders }) => {
    assert.match(await orders.syncCursor(), /^[\w-]{1,200}$/)
  })

  it('orders written since a cursor are returned in their current state, others are not', async ({ orders }, time) => {
    const [untouched, changed, created] = [anOrder(), anOrder(), anOrder()]
    await orders.create(untouched)
    await orders.create(changed)
    await time.pass(minute)
    const cursor = await orders.syncCursor()
    await orders.create(created)
    const twice = nextVersionOf(claimedBy(changed), { status: 'on_the_way' })
    await orders.replace(claimedBy(changed), 1)
    await orders.replace(twice, 2)
    assert.equal(await changes(orders, cursor), versions(twice, created))
    await time.pass(minute)
    assert.equal(await changes(orders, await orders.syncCursor()), {})
  })

  it('publishing an order does not change it', async ({ orders }, time) => {
    const order = anOrder()
    await orders.create(order)
    await time.pass(minute)
    const cursor = await orders.syncCursor()
    await orders.markPublished([order])
    assert.equal(await changes(orders, cursor), {})
  })

  it('a customer gets own changes; a vendor those of every order that may have concerned a vendor', async ({
    orders,
  }) => {
    const cursor = await orders.syncCursor()
    const [mine, other] = [anOrder(), anOrder({ customer: { id: 'eve', name: 'Eve' } })]
    await orders.create(mine)
    await orders.create(other)
    const claimed = claimedBy(other)
    await orders.replace(claimed, 1)
    assert.equal(await changes(orders, cursor, { kind: 'customer', id: 'ana' }), versions(mine))
    // Dan was offered `other`, and has to remove it.
    assert.equal(await changes(orders, cursor, { kind: 'vendor', id: 'dan' }), versions(mine, claimed))
  })

  it('a cursor expires after a day; other text is invalid', async ({ orders }) => {
    const cursor = await orders.syncCursor()
    const found = await orders.changedSince(cursor, all)
    assert.ok(typeof found !== 'string')
    const time = Date.parse(found.since)
    assert.is(cursorOf(time), cursor)
    const yesterday = time - 23 * hour
    assert.equal(await orders.changedSince(cursorOf(yesterday), all), {
      since: isoTime(yesterday),
      orders: [],
      next: null,
    })
    assert.is(await orders.changedSince(cursorOf(time - 25 * hour), all), 'expired')
    assert.is(await orders.changedSince(cursorOf(time + hour), all), 'expired', 'of another database')
    for (const text of ['', 'x', '-1', `${cursor}x`, ` ${cursor}`, 't', '9'.repeat(200), '💥'])
      assert.is(await orders.changedSince(text, all), 'invalid', text)
  })

  it('a reader that follows the cursor misses no concurrent write', async ({ orders }, time) => {
    const seen = new Map<string, number>()
    let cursor = await orders.syncCursor()
    async function follow() {
      const next = await orders.syncCursor()
      for (const [id, version] of Object.entries(await changes(orders, cursor)))
        seen.set(id, Math.max(version, seen.get(id) ?? 0))
      cursor = next
    }

    let writing = true
    const latest = new Map<string, OrderRecord>()
    const writers = Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 12; n++) {
        let order = anOrder()
        await orders.create(order)
        for (let change = 0; change < 2; change++) {
          time.advance(300)
          const next = nextVersionOf(order)
          assert.ok(await orders.replace(next, order.version))
          order = next
        }
        latest.set(order.id, order)
      }
    })
    const reader = (async () => {
      while (writing) {
        await follow()
        // An adapter may respond within the turn: lets the writers run.
        await new Promise(setImmediate)
      }
    })()
    await Promise.all(writers)
    writing = false
    await reader
    await follow()
    assert.equal(Object.fromEntries(seen), versions(...latest.values()))
  })

  it('changes of several batches are returned whole', async ({ orders }) => {
    const cursor = await orders.syncCursor()
    const created = Array.from({ length: 600 }, () => anOrder())
    for (let n = 0; n < created.length; n += 50)
      await Promise.all(created.slice(n, n + 50).map((order) => orders.create(order)))
    assert.equal(await changes(orders, cursor), versions(...created))
  })

  it('changes are read in pages, and a change between two pages is in a later one', async ({ orders }, time) => {
    const cursor = await orders.syncCursor()
    const created = Array.from({ length: 5 }, () => anOrder())
    for (const order of created) {
      await orders.create(order)
      time.advance(1)
    }
    for (const scope of [all, { kind: 'customer', id: 'ana' } as const]) {
      const first = await orders.changedSince(cursor, scope, { limit: 2 })
      assert.ok(typeof first === 'object' && first.next)
      assert.equal(versions(...first.orders), versions(...created.slice(0, 2)))
      const second = await orders.changedSince(cursor, scope, { limit: 2, after: first.next })
      assert.ok(typeof second === 'object' && second.next)
      assert.equal(versions(...second.orders), versions(...created.slice(2, 4)))
      const third = await orders.changedSince(cursor, scope, { limit: 2, after: second.next })
      assert.ok(typeof third === 'object')
      assert.equal([versions(...third.orders), third.next], [versions(...created.slice(4)), null])
    }

    const first = await orders.changedSince(cursor, all, { limit: 4 })
    assert.ok(typeof first === 'object' && first.next)
    const changed = nextVersionOf(created[0] ?? anOrder())
    await orders.replace(changed, 1)
    const second = await orders.changedSince(cursor, all, { limit: 4, after: first.next })
    assert.equal(typeof second === 'object' && versions(...second.orders), versions(created[4] ?? anOrder(), changed))
  })

  it('every write is unpublished until its own version is marked', async ({ orders }, time) => {
    const waiting = async (limit = 10) => (await orders.unpublished(limit)).map(({ id, version }) => `${id} ${version}`)
    const [one, two] = [anOrder({ id: 'one' }), anOrder({ id: 'two' })]
    await orders.create(one)
    await time.pass(minute)
    await orders.create(two)
    assert.equal(await waiting(), ['one 1', 'two 1'])
    assert.equal(await waiting(1), ['one 1'])
    await orders.markPublished([one, anOrder({ id: 'nothing' })])
    assert.equal(await waiting(), ['two 1'])

    await orders.replace(nextVersionOf(two), 1)
    const three = anOrder({ id: 'three' })
    await time.pass(minute)
    await orders.create(three)
    await orders.markPublished([two, three])
    assert.equal(await waiting(), ['two 2'], 'the mark of an older version clears nothing')
    await orders.markPublished([nextVersionOf(two)])
    assert.equal(await waiting(), [])

    assert.equal(await orders.replace(nextVersionOf(one), 1), { published: 1 })
    assert.equal(
      await orders.replace(nextVersionOf(nextVersionOf(one)), 2),
      { published: 1 },
      'version 2 was never published',
    )
    assert.equal(await waiting(), ['one 3'])
    assert.equal(
      await orders.byId('one'),
      nextVersionOf(nextVersionOf(one)),
      'the publication mark is not part of the order',
    )
  })
}

const versions = (...orders: OrderRecord[]) =>
  Object.fromEntries(orders.map(({ id, version }) => [id, version] as const))

/** The version of each order that has changed, by id. */
async function changes(orders: OrderStore, cursor: string, scope: OrderScope = all) {
  const changed = await orders.changedSince(cursor, scope)
  if (typeof changed === 'string') throw new Error(`the cursor is ${changed}`)
  return versions(...changed.orders)
}
