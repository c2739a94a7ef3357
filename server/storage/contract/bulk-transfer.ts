import * as assert from 'uvu/assert'
import { aDelivery, anOrder, aPresence, aService, aSession, aUser } from '../../testing/records.ts'
import { DuplicateError, type BulkTable, type StoredOrder } from '../store.ts'
import { bob, refusesDuplicate, type RegisterTest } from './rule.ts'

export function bulkTransferContract(it: RegisterTest) {
  const some: Record<string, unknown[]> = {
    users: [aUser({ id: 'a', active: false }), aUser({ id: 'b', role: 'vendor' })],
    services: [
      {
        ...aService({ id: 'a', price: 0, active: false }),
        category: null,
        options: null,
        availableHours: null,
        deadlines: null,
        skills: null,
        offers: null,
        proof: null,
        picture: null,
      },
      {
        ...aService({ id: 'b', description: '«ñ» \u{1F6BF}' }),
        category: 'Heating',
        options: [{ name: 'Size', required: true, choose: 'one', choices: [{ id: 'x', name: 'Large', price: 1 }] }],
        availableHours: { days: [1, 5], from: '08:00', to: '18:00', timeZone: 'Europe/Berlin' },
        deadlines: { acceptWithin: 10, arriveWithin: null, finishWithin: null },
        skills: ['gas', 'Höhe'],
        offers: { to: 'nearest', count: 2, seconds: 30 },
        proof: { photos: 2, pin: true },
        picture: { fileId: 'f', alt: 'A roof' },
      },
    ],
    customers: [
      {
        id: 'a',
        name: 'Mia «ñ»',
        phone: '030 555',
        phoneKey: '+4930555',
        email: null,
        createdAt: '2026-03-02T20:00:00.000Z',
      },
      { id: 'b', name: 'Tom', phone: '112', phoneKey: '112', email: 'tom@example.com', createdAt: '' },
    ],
    presence: [aPresence({ vendorId: 'a', onBreak: true }), aPresence({ vendorId: 'b', lastSeenAt: null })],
    sessions: [aSession({ id: 'a' }), aSession({ id: 'b' })],
    notes: [
      { name: 'a', text: '' },
      { name: 'b', text: 't1' },
    ],
    deliveries: [
      aDelivery({ id: 'a', payload: { subject: 'Ángel' }, attempts: 2 }),
      aDelivery({ id: 'b', state: 'sent', result: '250 OK' }),
    ],
    duties: [
      { vendorId: 'a', until: '2026-03-02T20:00:00.000Z', off: false },
      { vendorId: 'b', until: null, off: true },
    ],
    verified_emails: [
      { userId: 'a', at: '2026-03-02T20:00:00.000Z' },
      { userId: 'b', at: '2026-03-02T20:00:00.001Z' },
    ],
    abilities: [
      { vendorId: 'a', skills: ['gas'], areas: [] },
      { vendorId: 'b', skills: [], areas: ['x', 'y'] },
    ],
    departures: [
      {
        vendorId: 'a',
        id: 'd1',
        by: { id: 'ada', name: 'Ada “A”', role: 'admin' },
        reassignTo: null,
        unfinished: true,
      },
      { vendorId: 'b', id: 'd2', by: { id: 'ada', name: 'Ada', role: 'admin' }, reassignTo: 'a', unfinished: false },
    ],
    renames: [
      {
        id: 'a',
        kind: 'vendor',
        subjectId: 'v',
        name: 'Ana “A”',
        by: { id: 'ada', name: 'Ada', role: 'admin' },
        at: '',
      },
      { id: 'b', kind: 'service', subjectId: 's', name: 'Roof', by: { id: 'ada', name: 'Ada', role: 'admin' }, at: '' },
    ],
    orders: [
      stored({
        order: anOrder({ id: 'a', declinedBy: ['x', 'y'], offer: { to: ['x'], round: 2, until: null, last: true } }),
        idempotencyKey: 'k1',
        bodyHash: 'h1',
      }),
      stored({ order: anOrder({ id: 'b', status: 'accepted', vendor: bob, version: 3 }), published: 2 }),
    ],
  }

  it('every kind of record of the core is copied', async ({ bulkTransfer }) => {
    assert.equal([...bulkTransfer.kinds.keys()].sort(), Object.keys(some).sort())
  })

  for (const [kind, records] of Object.entries(some))
    it(`${kind} are read as they were written, whole and by id`, async ({ bulkTransfer }) => {
      const [one, two] = records
      const table = bulkTransfer.kinds.get(kind)
      assert.ok(table && one && two)
      assert.equal([await table.count(), await read(table)], [0, []])
      await table.write([two, one])
      await table.write([])
      assert.equal([await table.count(), await read(table)], [2, [one, two]])
      assert.equal([await read(table, 'a'), await read(table, 'b')], [[two], []])
    })

  it('a record written again replaces the one with its id', async ({ users, orders, bulkTransfer }) => {
    const [order, ana] = [anOrder({ id: 'a', declinedBy: ['x'] }), aUser()]
    await bulkTransfer.orders.write([
      stored({ order, idempotencyKey: 'k1', bodyHash: 'h1' }),
      stored({ order: anOrder() }),
    ])
    await bulkTransfer.users.write([ana])
    const claimed = { ...order, status: 'accepted', vendor: bob, declinedBy: [], version: 2 } as const
    const again = stored({ order: { ...claimed, declinedBy: [] }, unpublished: false, published: 2 })
    const other = stored({ order: anOrder({ id: 'z', customer: { id: 'eve', name: 'Eve' } }) })
    await bulkTransfer.orders.write([again, other])
    await bulkTransfer.users.write([{ ...ana, name: 'Anna' }])
    assert.is(await bulkTransfer.orders.count(), 3)
    assert.equal((await read(bulkTransfer.orders)).at(0), again)
    assert.equal(await orders.byId('a'), claimed)
    assert.is(await orders.byIdempotencyKey('ana', 'k1'), null)
    assert.equal(await users.byEmail(ana.email), { ...ana, name: 'Anna' })
  })

  it('a unique value that another record has is refused', async ({ bulkTransfer }) => {
    await bulkTransfer.orders.write([stored({ order: anOrder({ number: 'A7K-2Q9' }) })])
    const again = bulkTransfer.orders.write([stored({ order: anOrder({ number: 'A7K-2Q9' }) })])
    assert.instance(await again.catch((error: unknown) => error), DuplicateError)
    assert.is(await bulkTransfer.orders.count(), 1)
  })

  it('an order written in bulk behaves like any other', async ({ orders, bulkTransfer }) => {
    const cursor = await orders.syncCursor()
    const [published, unpublished, released] = [anOrder({ declinedBy: ['bob'] }), anOrder(), anOrder()]
    await bulkTransfer.orders.write([
      stored({ order: published, idempotencyKey: 'k1', bodyHash: 'h1', unpublished: false, published: 1 }),
      stored({ order: unpublished }),
      stored({ order: released, bodyHash: 'h2', unpublished: false, published: 1 }),
    ])
    assert.equal(await orders.byIdempotencyKey('ana', 'k1'), { order: published, bodyHash: 'h1' })
    await refusesDuplicate('idempotencyKey', orders.create(anOrder(), { key: 'k1', bodyHash: 'h1' }))
    assert.equal(await orders.unpublished(10), [unpublished])
    const list = await orders.list({ scope: { kind: 'vendor', id: 'bob' }, q: 'boil', limit: 10 })
    assert.equal(list.map(({ id }) => id).sort(), [unpublished.id, released.id].sort())
    const changed = await orders.changedSince(cursor, { kind: 'all' })
    assert.is(typeof changed === 'object' && changed.orders.length, 3, 'it has a new change timestamp')
    assert.equal(await orders.replace({ ...published, version: 2 }, 1), { published: 1 })
  })

  it('every record of several batches is read exactly once', async ({ bulkTransfer }) => {
    const created = Array.from({ length: 1203 }, (_, n) => aSession({ id: `s${String(n).padStart(4, '0')}` }))
    await bulkTransfer.sessions.write([...created].reverse())
    assert.equal(await read(bulkTransfer.sessions), created)
    assert.equal(await read(bulkTransfer.sessions, 's0600'), created.slice(601))
  })

  it('records stored one by one are read as well', async ({ orders, bulkTransfer }) => {
    const [one, two] = [anOrder(), anOrder()]
    await orders.create(one, { key: 'k1', bodyHash: 'h1' })
    await orders.create(two, { key: 'k2', bodyHash: 'h2' })
    await orders.freeIdempotencyKey(two.id, 'k2')
    await orders.markPublished([two])
    assert.equal(await read(bulkTransfer.orders), [
      stored({ order: one, idempotencyKey: 'k1', bodyHash: 'h1' }),
      stored({ order: two, unpublished: false, published: 1 }),
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

async function read<Stored>(table: BulkTable<Stored>, after?: string): Promise<Stored[]> {
  const found: Stored[] = []
  for await (const { records } of table.read(after)) found.push(...records)
  return found
}
