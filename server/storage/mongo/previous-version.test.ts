import mongoose from 'mongoose'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createDeviceStore, deviceRecords } from '../../features/devices/device-records.ts'
import { mongoUri, newDatabaseUri } from '../../testing/mongo.ts'
import { aDevice } from '../../testing/records.ts'
import { previousRecords, readAll } from '../testing/previous-records.ts'
import { createMongoStore } from './index.ts'
import { schemaVersion } from './schema-version.ts'

const at = '2026-03-02T08:00:00.000Z'
const order = {
  status: 'pending',
  version: 1,
  customer: { id: 'ana', name: 'Ana Núñez' },
  contact: { phone: '+34 600 000 000', address: 'Calle Mayor 1' },
  items: [{ serviceId: 'boiler', name: 'Boiler repair', quantity: 1, unitPrice: 9000 }],
  totalAmount: 9000,
  currency: 'EUR',
  notes: 'Ring twice',
  history: [
    { status: 'pending', at, by: { id: 'ana', name: 'Ana Núñez', role: 'customer' }, note: null, vendor: null },
  ],
  createdAt: at,
  updatedAt: at,
  words: ['BOILER'],
  offerWords: ['BOILER'],
  bodyHash: null,
  unpublished: false,
  published: 2,
}

/** As Mongoose wrote them in the version before record definitions (commit 0bd9fb0); FerretDB leaves null out of upserts. */
const documents: Record<string, { _id: string; [field: string]: unknown }[]> = {
  users: [
    {
      _id: 'ana',
      name: 'Ana Núñez',
      email: 'ana@example.com',
      role: 'customer',
      active: true,
      createdAt: at,
      passwordHash: 'hash-ana',
    },
    {
      _id: 'bob',
      name: 'Bob Stone',
      email: 'bob@example.com',
      role: 'vendor',
      active: false,
      createdAt: at,
      passwordHash: 'hash-bob',
    },
  ],
  sessions: [
    { _id: 's1', userId: 'ana', secretHash: 'secret-s1', createdAt: at, expiresAt: '2026-04-01T08:00:00.000Z' },
  ],
  services: [
    { _id: 'attic', name: 'Attic', description: '', price: 0, currency: 'EUR', durationMinutes: 30, active: false },
    {
      _id: 'boiler',
      name: 'Boiler repair',
      description: '«ñ» \u{1F6BF}',
      price: 9000,
      currency: 'EUR',
      durationMinutes: 60,
      active: true,
    },
  ],
  devices: [
    {
      _id: 'd1',
      name: 'Van 7 “Zoë”',
      vendorId: 'bob',
      createdAt: at,
      lastSeenAt: '2026-03-02T09:00:00.000Z',
      secretHash: 'secret-d1',
      session: 'bob:d1:van',
    },
    {
      _id: 'd2',
      name: 'Button',
      vendorId: 'bob',
      createdAt: at,
      lastSeenAt: null,
      secretHash: 'secret-d2',
      session: null,
    },
  ],
  presence: [
    { _id: 'bob', status: 'break', since: at, lastSeenAt: '2026-03-02T09:00:00.000Z', onBreak: true },
    { _id: 'eve', status: 'offline', since: at, onBreak: false },
  ],
  notes: [
    { _id: 'bridge', text: 't1' },
    { _id: 'empty', text: '' },
  ],
  orders: [
    {
      ...order,
      _id: 'o1',
      number: 'A7K-2Q9',
      declinedBy: ['eve'],
      slot: 'ana k1',
      idempotencyKey: 'k1',
      bodyHash: 'h1',
      unpublished: true,
      published: 0,
      changedAt: new Date(at),
    },
    {
      ...order,
      _id: 'o2',
      number: 'B8M-3R1',
      status: 'accepted',
      vendor: { id: 'bob', name: 'Bob Stone' },
      version: 2,
      slot: ' o2',
      changedAt: new Date(at),
    },
  ],
}

/** The indexes that the previous version created, by their keys. */
const indexes: Record<string, Record<string, 1>[]> = {
  services: [{ name: 1, _id: 1 }],
  devices: [
    { vendorId: 1, name: 1, _id: 1 },
    { name: 1, _id: 1 },
  ],
}

test('the fixture has as many documents of each kind as the previous version had records', () => {
  assert.equal(Object.keys(documents).sort(), Object.keys(previousRecords).sort())
  for (const [kind, records] of Object.entries(previousRecords))
    assert.is(documents[kind]?.length, records.length, kind)
})

if (mongoUri)
  test('every document of the previous version is read, and no index is added or dropped', async () => {
    const uri = await newDatabaseUri()
    const connection = await mongoose.createConnection(uri).asPromise()
    for (const [collection, some] of Object.entries(documents))
      await connection.collection<{ _id: string }>(collection).insertMany(some)
    for (const [collection, keys] of Object.entries(indexes))
      for (const key of keys) await connection.collection(collection).createIndex(key)

    const store = createMongoStore({ uri, records: [deviceRecords] })
    await store.start()
    const devices = createDeviceStore(store)
    try {
      assert.equal(await readAll(store), previousRecords)
      assert.equal(
        (await devices.list({ vendorId: 'bob' })).map(({ id }) => id),
        ['d2', 'd1'],
      )
      assert.is(await store.keyValue.get('bridge'), 't1')
      assert.is((await store.orders.byIdempotencyKey('ana', 'k1'))?.order.id, 'o1')
      const found = async (q: string) =>
        (await store.orders.list({ scope: { kind: 'all' }, q, limit: 10 })).map(({ id }) => id).sort()
      assert.equal(await found('nunez'), [])
      assert.is(await store.orders.refreshSearchTokens('', 1), 'o1')
      assert.is(await store.orders.refreshSearchTokens('o1', 100), 'o2')
      assert.equal(
        [await found('nunez'), await found('stone'), await found('mayor')],
        [['o1', 'o2'], ['o2'], ['o1', 'o2']],
      )
      const { orders } = await readAll(store)
      assert.equal(orders, previousRecords.orders)
      const changedAt = (await connection.collection('orders').find().toArray()).map((document) => document.changedAt)
      assert.equal(changedAt, [new Date(at), new Date(at)])
      const device = aDevice()
      await devices.create(device)
      await store.presence.put({ vendorId: 'eve', status: 'online', since: at, lastSeenAt: at, onBreak: false })
      assert.equal(await devices.byId(device.id), device)
      assert.equal(
        (await store.presence.all()).map(({ lastSeenAt }) => lastSeenAt),
        ['2026-03-02T09:00:00.000Z', at],
      )
      const meta = connection.collection<{ _id: string }>('meta')
      assert.equal(await meta.find().toArray(), [{ _id: 'schema', version: schemaVersion }])
      await meta.updateOne({ _id: 'schema' }, { $set: { version: schemaVersion + 1 } })
      const refusal: unknown = await createMongoStore({ uri, waitForServer: true }).start().catch(String)
      assert.match(
        String(refusal),
        /^Error: the database at .* refuses: a newer version of this program has written it \(schema \d/,
      )
      for (const [collection, keys] of Object.entries(indexes)) {
        const present = await connection.collection(collection).indexes()
        assert.is(present.length, keys.length + 1, `${collection}: the same, and that of the id`)
      }
    } finally {
      await store.drop()
      await store.stop()
      await connection.destroy()
    }
  })

test.run()
