import * as assert from 'uvu/assert'
import { aDevice, anOrder, aPresence, aService, aSession, aUser } from '../../testing/records.ts'
import { DuplicateError, recordKinds, type RecordTable, type Records, type StoredOrder } from '../store.ts'
import { bob, refusesDuplicate, type Sentence } from './sentence.ts'

export function recordContract(it: Sentence) {
  const some: { [Kind in keyof Records]: Records[Kind][] } = {
    users: [aUser({ id: 'a', active: false }), aUser({ id: 'b', role: 'vendor' })],
    services: [aService({ id: 'a', price: 0, active: false }), aService({ id: 'b', description: '«ñ» \u{1F6BF}' })],
    devices: [aDevice({ id: 'a', session: 'bob:a:van' }), aDevice({ id: 'b', lastSeenAt: '2026-03-02T09:00:00.000Z' })],
    presence: [aPresence({ vendorId: 'a', onBreak: true }), aPresence({ vendorId: 'b', lastSeenAt: null })],
    sessions: [aSession({ id: 'a' }), aSession({ id: 'b' })],
    notes: [
      { name: 'a', text: '' },
      { name: 'b', text: 't1' },
    ],
    orders: [
      stored({ order: anOrder({ id: 'a', declinedBy: ['x', 'y'] }), idempotencyKey: 'k1', bodyHash: 'h1' }),
      stored({ order: anOrder({ id: 'b', status: 'accepted', vendor: bob, version: 3 }), published: 2 }),
    ],
  }

  for (const kind of recordKinds)
    it(`${kind} are read as they were written, whole and in the order of their ids`, async ({ records }) => {
      const move = async <Kept>(table: RecordTable<Kept>, [one, two]: Kept[]) => {
        assert.ok(one && two)
        assert.equal([await table.count(), await read(table)], [0, []])
        await table.write([two, one])
        await table.write([])
        assert.equal([await table.count(), await read(table)], [2, [one, two]])
        assert.equal([await read(table, 'a'), await read(table, 'b')], [[two], []])
      }
      const moveKind = <Kind extends keyof Records>(name: Kind) => move<Records[Kind]>(records[name], some[name])
      await moveKind(kind)
    })

  it('what is written again takes the place of what has its id', async ({ users, orders, records }) => {
    const [order, ana] = [anOrder({ id: 'a', declinedBy: ['x'] }), aUser()]
    await records.orders.write([stored({ order, idempotencyKey: 'k1', bodyHash: 'h1' }), stored({ order: anOrder() })])
    await records.users.write([ana])
    const claimed = { ...order, status: 'accepted', vendor: bob, declinedBy: [], version: 2 } as const
    const again = stored({ order: { ...claimed, declinedBy: [] }, unpublished: false, published: 2 })
    const other = stored({ order: anOrder({ id: 'z', customer: { id: 'eve', name: 'Eve' } }) })
    await records.orders.write([again, other])
    await records.users.write([{ ...ana, name: 'Anna' }])
    assert.is(await records.orders.count(), 3)
    assert.equal((await read(records.orders)).at(0), again)
    assert.equal(await orders.byId('a'), claimed)
    assert.is(await orders.byIdempotencyKey('ana', 'k1'), null)
    assert.equal(await users.byEmail(ana.email), { ...ana, name: 'Anna' })
  })

  it('a unique value that another record has is refused', async ({ records }) => {
    await records.orders.write([stored({ order: anOrder({ number: 'A7K-2Q9' }) })])
    const again = records.orders.write([stored({ order: anOrder({ number: 'A7K-2Q9' }) })])
    assert.instance(await again.catch((error: unknown) => error), DuplicateError)
    assert.is(await records.orders.count(), 1)
  })

  it('an order that was written so is one like any other', async ({ orders, records }) => {
    const cursor = await orders.syncCursor()
    const [told, untold, free] = [anOrder({ declinedBy: ['bob'] }), anOrder(), anOrder()]
    await records.orders.write([
      stored({ order: told, idempotencyKey: 'k1', bodyHash: 'h1', unpublished: false, published: 1 }),
      stored({ order: untold }),
      stored({ order: free, bodyHash: 'h2', unpublished: false, published: 1 }),
    ])
    assert.equal(await orders.byIdempotencyKey('ana', 'k1'), { order: told, bodyHash: 'h1' })
    await refusesDuplicate('idempotencyKey', orders.create(anOrder(), { key: 'k1', bodyHash: 'h1' }))
    assert.equal(await orders.unpublished(10), [untold])
    const list = await orders.list({ scope: { kind: 'vendor', id: 'bob' }, q: 'boil', limit: 10 })
    assert.equal(list.map(({ id }) => id).sort(), [untold.id, free.id].sort())
    const changed = await orders.changedSince(cursor, { kind: 'all' })
    assert.is(typeof changed === 'object' && changed.orders.length, 3, 'it is stamped anew')
    assert.equal(await orders.replace({ ...told, version: 2 }, 1), { published: 1 })
  })

  it('more than are read at once come each exactly once', async ({ records }) => {
    const made = Array.from({ length: 1203 }, (_, n) => aSession({ id: `s${String(n).padStart(4, '0')}` }))
    await records.sessions.write([...made].reverse())
    assert.equal(await read(records.sessions), made)
    assert.equal(await read(records.sessions, 's0600'), made.slice(601))
  })

  it('what is stored the usual way is read as well', async ({ orders, records }) => {
    const [one, two] = [anOrder(), anOrder()]
    await orders.create(one, { key: 'k1', bodyHash: 'h1' })
    await orders.create(two, { key: 'k2', bodyHash: 'h2' })
    await orders.freeIdempotencyKey(two.id, 'k2')
    await orders.markPublished([two])
    assert.equal(await read(records.orders), [
      stored({ order: one, idempotencyKey: 'k1', bodyHash: 'h1' }),
      stored({ order: two, bodyHash: 'h2', unpublished: false, published: 1 }),
    ])
  })
}

const stored = (given: Partial<StoredOrder> & Pick<StoredOrder, 'order'>): StoredOrder => ({
  idempotencyKey: null,
  bodyHash: null,
  unpublished: true,
  published: 0,
  ...given,
})

async function read<Kept>(table: RecordTable<Kept>, after?: string): Promise<Kept[]> {
  const found: Kept[] = []
  for await (const { records } of table.read(after)) found.push(...records)
  return found
}
