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

test('a failed write rejects for its caller, and a newer state of the vendor is still written', async () => {
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
    events: { emit() {} },
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

test('after the database was unavailable the newest state of each vendor is written', async () => {
  const { store, close } = await emptyStore()
  const clock = new StillClock()
  let unavailable = true
  let attempts = 0
  const put = async (record: PresenceRecord) => {
    attempts++
    if (unavailable) throw new UnavailableError('unavailable')
    await store.presence.put(record)
  }
  const presence = createPresenceService({
    store: { ...store, presence: { ...store.presence, put } },
    events: { emit() {} },
    nodes: { isLeader: () => true, isLeaving: () => false, send() {} },
    clock,
  })
  const vendors = Array.from({ length: 20 }, (_, n) => ({ id: `v${n}`, name: `V ${n}` }))
  const outcomes = await Promise.allSettled([
    ...vendors.map((vendor) => presence.connected(vendor, 'tab')),
    presence.disconnected('v7', 'tab'),
  ])
  assert.ok(outcomes.every(({ status }) => status === 'rejected'))
  assert.is(attempts, 1, 'the queued writes fail without an attempt of their own')

  clock.advance(2_000)
  await presence.drain()
  assert.is(attempts, 2, 'the retry fails too')
  unavailable = false
  clock.advance(2_000)
  await presence.drain()
  const stored = new Map((await store.presence.all()).map(({ vendorId, status }) => [vendorId, status]))
  assert.equal(stored, new Map(vendors.map(({ id }) => [id, id === 'v7' ? 'offline' : 'online'])))
  await presence.stop()
  await close()
})

test('every status of a vendor is later than the one before, also when the clock is set back', async () => {
  const { store, close } = await emptyStore()
  const clock = new StillClock()
  const times: string[] = []
  const presence = createPresenceService({
    store,
    events: { emit: (_name, event) => void (event && 'at' in event && times.push(event.at)) },
    nodes: { isLeader: () => true, isLeaving: () => false, send() {} },
    clock,
  })
  const vendor = { id: 'v', name: 'V' }
  await presence.connected(vendor, 'tab')
  clock.set(-3_600_000)
  await presence.disconnected('v', 'tab')
  await presence.connected(vendor, 'tab')
  assert.is(times.length, 3)
  assert.equal(times, [...new Set(times)].sort())
  await close()
})

test('a status reported while the server starts is not overwritten by the start', async () => {
  const first = await startApp()
  const vendor = await first.vendor('Zoe, the last by name')
  await first.stop({ keep: true })
  const { dataDir } = first
  // Many vendors make the start slow: it writes the status of each.
  await withStoreOf(dataDir, async ({ users }) => {
    await Promise.all(Array.from({ length: 200 }, () => users.create(aUser({ role: 'vendor' }))))
  })

  const { port } = new URL(first.mqtt)
  const starting = startApp({ env: { DATA_DIR: dataDir, MQTT_PORT: port } })
  async function connectWhenOpen(): Promise<Probe> {
    const login = { username: 'x', password: vendor.token, connectTimeout: 1_000 }
    return Probe.connect(first.mqtt, login).catch(connectWhenOpen)
  }
  const probe = await connectWhenOpen()
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
