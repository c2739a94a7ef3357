import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { uploadTypes } from '#shared/files.ts'
import { createEventBus } from '../../services/domain-events.ts'
import { createOrderAmendments } from '../../services/order-amendments.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { emptyStore } from '../../testing/store.ts'
import { createDiskStorage } from './disk-storage.ts'
import { createFileRecords, fileRecords, type FileRecord } from './file-records.ts'
import { createFileSweep } from './file-sweep.ts'
import { createFilesService } from './files.service.ts'
import { smallKeyOf } from './storage.ts'
import { aFile } from './testing/records.ts'

const silent = { error() {}, warn() {}, info() {}, debug() {} }
const day = 24 * 3_600_000

async function setUp() {
  const clock = new StillClock()
  const folder = await mkdtemp(join(tmpdir(), 'callout-files-'))
  const { store, close } = await emptyStore([fileRecords])
  const [files, storage] = [createFileRecords(store), createDiskStorage(folder)]
  const refused = () => Promise.reject(new Error('is not used'))
  const service = createFilesService({
    files,
    storage,
    pictures: { encode: refused, types: uploadTypes },
    receive: refused,
    orders: store.orders,
    amendments: createOrderAmendments({ store, events: createEventBus(silent), clock }),
    catalogue: { illustrate: refused, withoutPicture: refused },
    secondsToWait: async () => 0,
    clock,
  })
  const sweep = createFileSweep({ files, storage, settle: service.settle, remove: service.remove, clock })
  /** The bytes and the record, as a process leaves them that is killed before the order names the picture. */
  async function leave(id: string, more: Partial<FileRecord> = {}) {
    const record = aFile({ id, at: new Date(clock.now()).toISOString(), ...more })
    for (const key of [record.storageKey, smallKeyOf(record.storageKey)]) await storage.put(key, Buffer.from('x'))
    await files.create(record)
  }
  async function stored(): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of storage.keys()) keys.push(key)
    return keys.toSorted()
  }
  async function stop() {
    await close()
    await rm(folder, { recursive: true })
  }
  return { clock, folder, store, files, storage, sweep, leave, stored, stop }
}

test('an order names a picture whose server was killed before it did, once', async () => {
  const { clock, store, files, sweep, leave, stop } = await setUp()
  await store.orders.create(anOrder({ id: 'o1', status: 'accepted', vendor: { id: 'ben', name: 'Ben' } }))
  await leave('one')
  await sweep.settleAll()
  assert.is((await store.orders.byId('o1'))?.files, undefined, 'its request may still run')
  clock.advance(60_001)
  await sweep.settleAll()
  await files.change('one', { settled: false })
  await sweep.settleAll()
  const order = await store.orders.byId('o1')
  assert.equal([order?.files?.map(({ id }) => id), order?.version], [['one'], 2])
  assert.is((await files.byId('one'))?.settled, true)
  await stop()
})

test('a picture that its author may not add any more goes, and one whose message never came after a week', async () => {
  const { clock, store, files, sweep, leave, stored, stop } = await setUp()
  await store.orders.create(anOrder({ id: 'o1', status: 'accepted', vendor: { id: 'eve', name: 'Eve' } }))
  await leave('one')
  await leave('two', { kind: 'message' })
  clock.advance(60_001)
  await sweep.settleAll()
  assert.equal([await files.byId('one'), await stored()], [null, ['keytwo', 'keytwo-small']])
  clock.advance(7 * day)
  await sweep.settleAll()
  assert.equal([await files.byId('two'), await stored()], [null, []])
  await stop()
})

test('bytes that no record names are removed after a day', async () => {
  const { clock, folder, storage, sweep, leave, stored, stop } = await setUp()
  await leave('one')
  await storage.put('lost', Buffer.from('x'))
  await writeFile(join(folder, 'lo', 'lost2.partial'), 'x')
  const keys = ['ke/keyone', 'ke/keyone-small', 'lo/lost', 'lo/lost2.partial']
  const writtenAt = (at: number) => Promise.all(keys.map((key) => utimes(join(folder, key), at / 1000, at / 1000)))
  await writtenAt(clock.now())
  assert.is(await sweep.removeOrphans(), 0)
  await writtenAt(clock.now() - day - 1000)
  assert.is(await sweep.removeOrphans(), 2)
  assert.equal(await stored(), ['keyone', 'keyone-small'])
  await stop()
})

test.run()
