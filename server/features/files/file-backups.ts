import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { createDiskStorage } from './disk-storage.ts'
import type { FileRecord, FileRecords } from './file-records.ts'
import { keyOfSmall, smallKeyOf, type FileStorage } from './storage.ts'

/** Beside backups of the database: the files that any of them names, each once, because a file never changes. */
export const backupOfFiles = (folder: string) => createDiskStorage(join(folder, 'files'))

type Backup = ReturnType<typeof backupOfFiles>

const removedKeyOf = (key: string) => `${key}-removed`
const keyOfRemoved = (key: string) => key.replace(/-removed$/, '')
const keysOf = ({ storageKey }: FileRecord) => [storageKey, smallKeyOf(storageKey)]

async function* allKeys(files: Pick<FileRecords, 'page'>): AsyncGenerator<string> {
  let after = ''
  for (;;) {
    const page = await files.page(after)
    for (const record of page) yield* keysOf(record)
    const last = page.at(-1)
    if (!last) return
    after = last.id
  }
}

async function contentOf(storage: FileStorage, key: string): Promise<Buffer | null> {
  const bytes = await storage.open(key)
  if (!bytes) return null
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Copies what the backup has not yet. A file that is removed meanwhile is `missing`: a record that goes as well. */
export async function backUpFiles(files: Pick<FileRecords, 'page'>, storage: FileStorage, backup: Backup) {
  const count = { all: 0, copied: 0, missing: 0 }
  for await (const key of allKeys(files)) {
    count.all++
    if (await backup.has(key)) continue
    const content = await contentOf(storage, key)
    if (content) await backup.put(key, content)
    count[content ? 'copied' : 'missing']++
  }
  return count
}

/**
 * Removes from the backup what no record has named since before `oldest`, the time of the oldest backup of the database. What
 * is found to be unnamed is renamed: its time is then that of the discovery.
 */
export async function removeOutdatedFiles(
  files: Pick<FileRecords, 'isStored'>,
  backup: Backup,
  { now, oldest }: { now: number; oldest: number },
): Promise<void> {
  for await (const { key, at } of backup.keys()) {
    // A killed process was writing a partial file.
    if (keyOfRemoved(key) !== key || key.endsWith('.partial')) {
      if (at < oldest) await backup.remove(key)
    } else if (!(await files.isStored(keyOfSmall(key)))) {
      await utimes(backup.pathOf(key), now / 1000, now / 1000)
      await backup.rename(key, removedKeyOf(key))
    }
  }
}

/** Copies the files of the records from the backup to a storage. */
export async function restoreFiles(files: Pick<FileRecords, 'page'>, storage: FileStorage, backup: Backup) {
  const count = { all: 0, copied: 0, missing: 0 }
  for await (const key of allKeys(files)) {
    count.all++
    const content = (await contentOf(backup, key)) ?? (await contentOf(backup, removedKeyOf(key)))
    if (content) await storage.put(key, content)
    count[content ? 'copied' : 'missing']++
  }
  return count
}

/** How many files the records name, and how many of these the storage does not have. */
export async function findMissingFiles(files: Pick<FileRecords, 'page'>, storage: FileStorage) {
  const count = { all: 0, missing: 0 }
  const stored = new Set<string>()
  for await (const { key } of storage.keys()) stored.add(key)
  for await (const key of allKeys(files)) {
    count.all++
    if (!stored.has(key)) count.missing++
  }
  return count
}
