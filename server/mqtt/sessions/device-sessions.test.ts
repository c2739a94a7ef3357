import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import createLevelPersistence from 'aedes-persistence-level'
import { ClassicLevel } from 'classic-level'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type Person } from '../../testing/app.ts'
import { dropDatabase } from '../../testing/mongo.ts'
import { Probe } from '../../testing/probe.ts'

const test = suite('the sessions of devices')

/** The client ids, as the devices chose them, that anything is kept under. The app must have stopped. */
async function kept(dataDir: string): Promise<string[]> {
  const database = new ClassicLevel(join(dataDir, 'device-sessions'))
  const ids = (await database.keys().all()).map((key) => decodeURIComponent(key.split(':')[1] ?? ''))
  await database.close()
  return [...new Set(ids.map((id) => id.split(':')[2] ?? ''))].sort()
}

/** Something that waits for every device of this vendor. */
async function somethingFor(vendor: Person) {
  const other = await vendor.connect()
  await other.publish('vendor/status', 'nonsense')
  await other.end()
}

test('a device has one session, also while connections of earlier ones are open, and none when it is revoked', async () => {
  const first = await startApp()
  const vendor = await first.vendor()
  const device = await vendor.device()
  const probes: Probe[] = []
  for (const id of ['one', 'two', 'three'])
    probes.push(await Probe.connect(first.mqtt, { ...device.login, clientId: id, clean: false }))
  for (const probe of probes) await probe.subscribe(`users/${vendor.id}/replies`)
  // Whatever is kept for it, each of them hears what comes while it is connected.
  await somethingFor(vendor)
  for (const probe of probes) await probe.until(({ topic }) => topic.endsWith('/replies'))
  for (const probe of probes) await probe.end()
  await somethingFor(vendor)
  await first.drain()
  await first.stop({ keep: true })
  assert.equal(await kept(first.dataDir), ['three'])

  const second = await startApp({ env: { DATA_DIR: first.dataDir } })
  const { token } = vendor
  const gone = await second.call('DELETE', `/api/devices/${device.id}`, undefined, { authorization: `Bearer ${token}` })
  assert.is(gone.status, 204)
  await second.stop({ keep: true })
  assert.equal(await kept(first.dataDir), [])

  // A process that ended before the session did: what no device has any more goes at the next start.
  const database = new ClassicLevel<string, Buffer>(join(first.dataDir, 'device-sessions'), { valueEncoding: 'buffer' })
  await database.open()
  await createLevelPersistence(database).addSubscriptions({ id: 'v:d:orphan' }, [{ topic: 'orders/new', qos: 1 }])
  await database.close()
  assert.equal(await kept(first.dataDir), ['orphan'])
  const third = await startApp({ env: { DATA_DIR: first.dataDir } })
  await third.stop({ keep: true })
  assert.equal(await kept(first.dataDir), [])
  await dropDatabase(first.dataDir)
  await rm(first.dataDir, { recursive: true })
})

test.run()
