import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp } from '../../testing/app.ts'
import { sourceProgram } from '../../testing/source-program.ts'
import { emptyStore } from '../../testing/store.ts'
import { createDiskStorage } from './disk-storage.ts'
import { backupOfFiles, backUpFiles, removeOutdatedFiles, restoreFiles } from './file-backups.ts'
import { createFileRecords, fileRecords } from './file-records.ts'
import type { FileStorage } from './storage.ts'
import { aFile } from './testing/records.ts'
import { photo } from './testing/pictures.ts'
import { fetchFile, job, upload } from './testing/uploads.ts'

const temporary = () => mkdtemp(join(tmpdir(), 'callout-file-backups-'))

async function keysIn(storage: FileStorage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.keys()) keys.push(key)
  return keys.toSorted()
}

test('backups in a folder share the files, which stay until the oldest backup that names them has gone', async () => {
  const folder = await temporary()
  const { store, close } = await emptyStore([fileRecords])
  const files = createFileRecords(store)
  const [storage, backup] = [createDiskStorage(join(folder, 'from')), backupOfFiles(join(folder, 'backups'))]
  const add = async (id: string) => {
    const record = aFile({ id })
    for (const key of [record.storageKey, `${record.storageKey}-small`]) await storage.put(key, Buffer.from(key))
    await files.create(record)
  }
  await add('one')
  await add('two')
  assert.equal(await backUpFiles(files, storage, backup), { all: 4, copied: 4, missing: 0 })
  await add('three')
  assert.equal(await backUpFiles(files, storage, backup), { all: 6, copied: 2, missing: 0 })

  await files.remove('one')
  await storage.remove('keyone')
  await storage.remove('keyone-small')
  const hour = 3_600_000
  const start = 1_800_000_000_000
  await removeOutdatedFiles(files, backup, { now: start, oldest: start - 5 * hour })
  const all = ['keyone-removed', 'keyone-small-removed', 'keythree', 'keythree-small', 'keytwo', 'keytwo-small']
  assert.equal(await keysIn(backup), all)
  await removeOutdatedFiles(files, backup, { now: start + hour, oldest: start - hour })
  assert.equal(await keysIn(backup), all, 'a backup that names it is kept still')

  // The older database is restored.
  await files.create(aFile({ id: 'one' }))
  const elsewhere = createDiskStorage(join(folder, 'to'))
  assert.equal(await restoreFiles(files, elsewhere, backup), { all: 6, copied: 6, missing: 0 })
  assert.equal(await keysIn(elsewhere), [
    'keyone',
    'keyone-small',
    'keythree',
    'keythree-small',
    'keytwo',
    'keytwo-small',
  ])
  await files.remove('one')

  await removeOutdatedFiles(files, backup, { now: start + 2 * hour, oldest: start + 1 })
  assert.equal(await keysIn(backup), ['keythree', 'keythree-small', 'keytwo', 'keytwo-small'])
  await backup.remove('keytwo')
  assert.equal(await restoreFiles(files, elsewhere, backup), { all: 4, copied: 3, missing: 1 })
  await close()
  await rm(folder, { recursive: true })
})

/** Runs a source file as a process with this DATA_DIR. Resolves to what it prints. */
async function command(file: string, argument: string, dir: string): Promise<string> {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [...sourceProgram(file), argument], {
    env: { PATH, DATA_DIR: dir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (data) => (text += data))
  const [code] = await once(child, 'close')
  assert.is(code, 0)
  return text
}

test('a backup made while the server runs has the pictures, and a server on what was restored shows them', async () => {
  const folder = await temporary()
  const app = await startApp({ env: { MONGO_URI: '' } })
  const { vendor, order } = await job(app)
  const { id } = (await upload(app, vendor, order, await photo())).body.file
  const before = Buffer.from(await (await fetchFile(app, vendor, id)).arrayBuffer())
  const to = join(folder, 'first.db')
  assert.match(await command('scripts/backup.ts', to, app.dataDir), /2 files of pictures in .*files, 2 of them new/)
  await app.stop()
  const dataDir = join(folder, 'restored')
  assert.match(await command('scripts/restore.ts', to, dataDir), `2 files of pictures are in ${join(dataDir, 'files')}`)
  const again = await startApp({ env: { MONGO_URI: '', DATA_DIR: dataDir } })
  const response = await fetchFile(again, again.admin, id)
  assert.is(response.status, 200)
  assert.ok(before.equals(Buffer.from(await response.arrayBuffer())))
  await again.stop()
  await rm(folder, { recursive: true })
})

test.run()
