import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import createLevelPersistence from 'aedes-persistence-level'
import { ClassicLevel } from 'classic-level'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type Person } from '../../testing/app.ts'
import { dropDatabase } from '../../testing/mongo.ts'
import { Probe } from '../../testing/probe.ts'

const test = suite('device sessions')

/** The client ids, as the devices chose them, with stored data. The app must be stopped. */
async function storedClientIds(dataDir: string): Promise<string[]> {
  const database = new ClassicLevel(join(dataDir, 'device-sessions'))
  const ids = (await database.keys().all()).map((key) => decodeURIComponent(key.split(':')[1] ?? ''))
  await database.close()
  return [...new Set(ids.map((id) => id.split(':')[2] ?? ''))].sort()
}

/** Makes the server publish a reply to this vendor, which is queued for offline devices. */
async function publishReply(vendor: Person) {
  const other = await vendor.connect()
  await other.publish('vendor/status', 'nonsense')
  await other.end()
}

test('a device has one session, even with open connections of earlier ones, and none once it is revoked', async () => {
  const first = await startApp()
  const vendor = await first.vendor()
  const device = await vendor.device()
  const probes: Probe[] = []
  for (const id of ['one', 'two', 'three'])
    probes.push(await Probe.connect(first.mqtt, { ...device.login, clientId: id, clean: false }))
  for (const probe of probes) await probe.subscribe(`users/${vendor.id}/replies`)
  // Every connection receives live messages, whether or not its session is stored.
  await publishReply(vendor)
  for (const probe of probes) await probe.until(({ topic }) => topic.endsWith('/replies'))
  for (const probe of probes) await probe.end()
  await publishReply(vendor)
  await first.drain()
  await first.stop({ keep: true })
  assert.equal(await storedClientIds(first.dataDir), ['three'])

  const second = await startApp({ env: { DATA_DIR: first.dataDir } })
  const { token } = vendor
  const revoked = await second.call('DELETE', `/api/devices/${device.id}`, undefined, {
    authorization: `Bearer ${token}`,
  })
  assert.is(revoked.status, 204)
  await second.stop({ keep: true })
  assert.equal(await storedClientIds(first.dataDir), [])

  // A crash before the session was deleted: the next start deletes sessions without a device.
  const database = new ClassicLevel<string, Buffer>(join(first.dataDir, 'device-sessions'), { valueEncoding: 'buffer' })
  await database.open()
  await createLevelPersistence(database).addSubscriptions({ id: 'v:d:orphan' }, [{ topic: 'orders/new', qos: 1 }])
  await database.close()
  assert.equal(await storedClientIds(first.dataDir), ['orphan'])
  const third = await startApp({ env: { DATA_DIR: first.dataDir } })
  await third.stop({ keep: true })
  assert.equal(await storedClientIds(first.dataDir), [])
  await dropDatabase(first.dataDir)
  await rm(first.dataDir, { recursive: true })
})

test.run()
