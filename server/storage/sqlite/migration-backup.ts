import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { TextLog } from '../../lib/log.ts'
import { completeBackup, discardPartial } from './backup.ts'
import { makePrivateFile, makePrivateFolder } from '../../lib/private-files.ts'
import { migrations } from './schema.ts'
import { readSecretFiles } from './secret-files.ts'

/**
 * Copies the file as it is before its schema changes: an earlier version of this program can be started with the copy. A
 * start that was killed between the copy and the migration replaces the copy.
 */
export function backUpBeforeMigration(file: string, connection: DatabaseSyncInstance, log: TextLog | undefined): void {
  const version: number = connection.prepare('PRAGMA user_version').get().user_version
  if (version === 0 || version >= migrations.length) return
  const folder = dirname(file)
  const to = join(folder, 'backups', `before-schema-${migrations.length}.db`)
  const partial = `${to}.${process.pid}.partial`
  try {
    makePrivateFolder(dirname(to))
    discardPartial(partial)
    makePrivateFile(partial)
    connection.prepare('VACUUM INTO ?').run(partial)
    completeBackup(partial, to, readSecretFiles(folder))
  } catch (error) {
    if (existsSync(partial)) discardPartial(partial)
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${file} was not migrated, because the backup before it failed: ${to}: ${reason}`, { cause: error })
  }
  log?.info(`${to}: the backup before the migration`)
  deleteOlder(dirname(to))
}

/** How many of these copies stay: this one, and one to go back a further version. */
const kept = 2

function deleteOlder(folder: string) {
  const versionOf = (name: string) => Number(/^before-schema-(\d+)\.db$/.exec(name)?.[1] ?? 0)
  const copies = readdirSync(folder)
    .filter((name) => versionOf(name) > 0)
    .sort((a, b) => versionOf(b) - versionOf(a))
  for (const name of copies.slice(kept)) rmSync(join(folder, name), { force: true })
}
