import { resolve } from 'node:path'
import type { Config } from '../../server/config/config.ts'
import { fileRecords, createFileRecords } from '../../server/features/files/file-records.ts'
import { backupOfFiles, backUpFiles, findMissingFiles, restoreFiles } from '../../server/features/files/file-backups.ts'
import { createStorage, nameOfStorage } from '../../server/features/files/create-storage.ts'
import { systemClock } from '../../server/lib/clock.ts'
import { createStore } from '../../server/storage/create-store.ts'
import type { Store } from '../../server/storage/store.ts'

/** Copies the pictures beside a backup of the embedded database. Resolves to what to print; null without pictures. */
export async function backUpPictures(config: Config, folder: string): Promise<string | null> {
  if (config.filesBucket) return `Not in it: the pictures, which stay in ${nameOfStorage(config)}.`
  return withRecords(config, async (files) => {
    const { all, copied } = await backUpFiles(files, createStorage(config), backupOfFiles(folder))
    const where = `${resolve(folder, 'files')}, ${copied} of them new`
    return all ? `${all} files of pictures in ${where}: keep that folder with the backup.` : null
  })
}

/** Copies the pictures beside a backup into the configured storage. Resolves to what to print; null without pictures. */
export async function restorePictures(config: Config, folder: string): Promise<string | null> {
  return withRecords(config, async (files) => {
    const [storage, name] = [createStorage(config), nameOfStorage(config)]
    const { all, copied } = await restoreFiles(files, storage, backupOfFiles(folder))
    if (copied === all) return all ? `${all} files of pictures are in ${name}.` : null
    const { missing } = await findMissingFiles(files, storage)
    const advice = missing ? `: copy them from the folder files of that server, or of its backups` : ''
    return `${all - missing} of ${all} files of pictures are in ${name}, ${missing} are missing${advice}.`
  })
}

/** Where the pictures are of which the database tells; null without pictures. */
export async function describePictures(store: Store, config: Config): Promise<string | null> {
  const { all, missing } = await findMissingFiles(createFileRecords(store), createStorage(config))
  return all ? `${all} files of pictures stay in ${nameOfStorage(config)}; ${missing} of them are missing.` : null
}

async function withRecords<Result>(
  config: Config,
  work: (files: ReturnType<typeof createFileRecords>) => Promise<Result>,
): Promise<Result> {
  const store = await createStore(config, { clock: systemClock, server: false, records: [fileRecords] })
  await store.start()
  try {
    return await work(createFileRecords(store))
  } finally {
    await store.stop()
  }
}
