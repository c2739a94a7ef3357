import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../lib/clock.ts'
import type { PresenceRecord } from '../storage/store.ts'
import { startApp } from '../testing/app.ts'
import { StillClock } from '../testing/clock.ts'
import { Probe } from '../testing/probe.ts'
import { aUser } from '../testing/records.ts'
import { emptyStore, withStoreOf } from '../testing/store.ts'
import { UnavailableError } from '../lib/errors.ts'
import { createPresenceService } from './presence.service.ts'

const test = suite('presence')

test('a write that fails is its caller’s to hear of, and does not carry off the newer state of another', async () => {
  const { store, close } = await emptyStore()
  const written: string[] = []
  let full = false
  const presence = createPresenceService({
    store: {
      ...store,
      presence: {
        ...store.presence,
        async put({ status }) {
          const fails = full
          full = false
          if (fails) throw new Error('the disk is full')
          written.push(status)
        },
      },
    },
    publisher: { vendorStatusChanged() {}, vendorRemoved() {} },
    nodes: { isLeader: () => true, isLeaving: () => false, send() {} },
    clock: systemClock,
  })
  const vendor = { id: 'v', name: 'V' }
  await presence.connected(vendor, 'tab')
  full = true
  const outcomes = await Promise.allSettled([
    presence.reported(vendor, 'tab', 'offline'),
    presence.reported(vendor, 'tab', 'break'),
  ])
  assert.equal(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  )
  assert.equal(written, ['online', 'break'])
  await close()
})

test('what could not be written while the database was away is written once it is back, the newest of each vendor', async () => {
  const { store, close } = await emptyStore()
  const clock = new StillClock()
  let away = true
  let asked = 0
  const put = async (record: PresenceRecord) => {
    asked++
    if (away) throw new UnavailableError('away')
    await store.presence.put(record)
  }
  const presence = createPresenceService({
    store: { ...store, presence: { ...store.presence, put } },
    publisher: { vendorStatusChanged() {}, vendorRemoved() {} },
    nodes: { isLeader: () => true, isLeaving: () => false, send() {} },
    clock,
  })
  const vendors = Array.from({ length: 20 }, (_, n) => ({ id: `v${n}`, name: `V ${n}` }))
  const outcomes = await Promise.allSettled([
    ...vendors.map((vendor) => presence.connected(vendor, 'tab')),
    presence.disconnected('v7', 'tab'),
  ])
  assert.ok(outcomes.every(({ status }) => status === 'rejected'))
  assert.is(asked, 1, 'of those who wait in line only one has to find out')

  clock.advance(2_000)
  await presence.drain()
  assert.is(asked, 2, 'it is tried again, and still away')
  away = false
  clock.advance(2_000)
  await presence.drain()
  const kept = new Map((await store.presence.all()).map(({ vendorId, status }) => [vendorId, status]))
  assert.equal(kept, new Map(vendors.map(({ id }) => [id, id === 'v7' ? 'offline' : 'online'])))
  await presence.stop()
  await close()
})

test('a vendor who reports as soon as anybody can come in is not overwritten by the start', async () => {
  const first = await startApp()
  const vendor = await first.vendor('Zoe, the last by name')
  await first.stop({ keep: true })
  const { dataDir } = first
  // A start that takes its time: everybody's status is written.
  await withStoreOf(dataDir, async ({ users }) => {
    await Promise.all(Array.from({ length: 200 }, () => users.create(aUser({ role: 'vendor' }))))
  })

  const { port } = new URL(first.mqtt)
  const starting = startApp({ env: { DATA_DIR: dataDir, MQTT_PORT: port } })
  async function soon(): Promise<Probe> {
    const login = { username: 'x', password: vendor.token, connectTimeout: 1_000 }
    return Probe.connect(first.mqtt, login).catch(soon)
  }
  const probe = await soon()
  await probe.publish('vendor/status', 'break')
  const second = await starting
  await second.drain()
  const { body } = await second.admin.get('/api/vendors')
  const row = body.vendors.find(({ id }: { id: string }) => id === vendor.id)
  assert.is(row.status, 'break')
  await probe.end()
  await second.stop()
})

test.run()
