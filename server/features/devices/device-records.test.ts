import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { refusesDuplicate } from '../../storage/contract/rule.ts'
import { openMongo } from '../../storage/mongo/testing/open.ts'
import { openSqlite, openWriterThread } from '../../storage/sqlite/testing/open.ts'
import { mongoUri } from '../../testing/mongo.ts'
import { aDevice } from '../../testing/records.ts'
import { createDeviceStore, deviceRecords, type DeviceStore } from './device-records.ts'

const adapters = mongoUri
  ? { mongo: openMongo }
  : { sqlite: openSqlite, 'sqlite with a writer thread': openWriterThread }

for (const [name, openStore] of Object.entries(adapters)) {
  const tests = suite(`${name}: devices`)
  const it = (rule: string, run: (context: { devices: DeviceStore }) => Promise<void>) =>
    tests(rule, async () => {
      const { store, close } = await openStore([deviceRecords])
      try {
        await run({ devices: createDeviceStore(store) })
      } finally {
        await close()
      }
    })

  it('a device is found by id, whole and as a plain object, until it is removed', async ({ devices }) => {
    const device = aDevice({ name: 'Van 7 “Zoë”', lastSeenAt: '2026-03-02T09:00:00.000Z' })
    await devices.create(device)
    assert.equal(await devices.byId(device.id), device)
    assert.is(Object.getPrototypeOf(await devices.byId(device.id)), Object.prototype)
    assert.is(await devices.byId('nothing'), null)
    await refusesDuplicate('id', devices.create(aDevice({ id: device.id })))
    assert.is(await devices.remove(device.id), true)
    assert.is(await devices.byId(device.id), null)
  })

  it('of concurrent removals of one device, one succeeds', async ({ devices }) => {
    const [device, other] = [aDevice(), aDevice()]
    for (const one of [device, other]) await devices.create(one)
    const removals = await Promise.all(Array.from({ length: 20 }, () => devices.remove(device.id)))
    assert.is(removals.filter(Boolean).length, 1)
    assert.equal(await devices.list({}), [other])
  })

  it('devices are listed by name, then id, of one vendor or of all vendors', async ({ devices }) => {
    const two = aDevice({ id: 'd2', name: 'Van', vendorId: 'bob' })
    const one = aDevice({ id: 'd1', name: 'Van', vendorId: 'bob' })
    const button = aDevice({ id: 'd3', name: 'Button', vendorId: 'bob' })
    const other = aDevice({ id: 'd4', name: 'Tablet', vendorId: 'eve' })
    for (const device of [two, one, button, other]) await devices.create(device)
    assert.equal(await devices.list({}), [button, other, one, two])
    assert.equal(await devices.list({ vendorId: 'bob' }), [button, one, two])
    assert.equal(await devices.list({ vendorId: '' }), [])
  })

  it('the session of a device is set and cleared', async ({ devices }) => {
    const device = aDevice()
    await devices.create(device)
    await devices.setSession(device.id, 'bob:d1:van')
    await devices.setSession('nothing', 'bob:d1:van')
    assert.is((await devices.byId(device.id))?.session, 'bob:d1:van')
    await devices.setSession(device.id, null)
    assert.equal(await devices.byId(device.id), device)
    assert.is(await devices.byId('nothing'), null)
  })

  it('lastSeenAt is set; a device that does not exist is not created', async ({ devices }) => {
    const [device, other] = [aDevice(), aDevice()]
    for (const one of [device, other]) await devices.create(one)
    const lastSeenAt = '2026-03-02T09:30:00.000Z'
    await devices.seen(device.id, lastSeenAt)
    await devices.seen('nothing', lastSeenAt)
    assert.equal(await devices.byId(device.id), { ...device, lastSeenAt })
    assert.equal(await devices.byId(other.id), other)
    assert.is(await devices.byId('nothing'), null)
  })

  tests.run()
}
