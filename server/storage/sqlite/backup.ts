import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { makePrivateFile, makePrivateFolder } from '../../lib/private-files.ts'
import { applicationId, migrations } from './schema.ts'
import type { BesideFiles } from './secret-files.ts'

export interface BackupOptions {
  /** The database, which a server may be using. */
  file: string
  /** Must not exist. */
  to: string
  beside: BesideFiles
  /** Between 0 and 1. */
  progress?: (share: number) => void
}

/** Pages copied at a time, 4 MB: between them other work of this process goes on. */
const pagesAtOnce = 1000

/**
 * Copies the database as it is at this moment, with everything committed until now, while others write to it. The copy
 * appears under its name only when it is whole, checked and on the disk. Rejects when the file exists or cannot be copied.
 */
export async function backUp({ file, to, beside, progress = () => {} }: BackupOptions): Promise<void> {
  if (existsSync(to)) throw new Error(`${to} exists: name another file`)
  if (!existsSync(file)) throw new Error(`${file} does not exist: is DATA_DIR the server's?`)
  const partial = `${to}.partial`
  rmSync(partial, { force: true })
  makePrivateFolder(dirname(to))
  makePrivateFile(partial)
  try {
    await copy(file, partial, progress)
    completeBackup(partial, to, beside)
  } catch (error) {
    discardPartial(partial)
    throw error
  }
}

/** Adds what belongs to the copy, checks it and gives it its name. */
export function completeBackup(partial: string, to: string, beside: BesideFiles): void {
  keepBeside(partial, beside)
  checkBackup(partial)
  moveInto(partial, to)
}

export function discardPartial(partial: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(partial + suffix, { force: true })
}

async function copy(file: string, to: string, progress: (share: number) => void): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true })
  try {
    // Within a read transaction SQLite copies one snapshot. Without it, it would begin anew at each write of the server
    // (https://www.sqlite.org/c3ref/backup_finish.html).
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backup(source, to, {
      rate: pagesAtOnce,
      progress: ({ totalPages, remainingPages }) => progress((totalPages - remainingPages) / totalPages),
    })
  } finally {
    source.close()
  }
}

function keepBeside(file: string, beside: BesideFiles): void {
  const database = new DatabaseSync(file)
  try {
    // The copy is in one file: no -wal beside it.
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL')
    database.exec('CREATE TABLE backup_files (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT')
    const insert = database.prepare('INSERT INTO backup_files VALUES (?, ?)')
    for (const [name, content] of Object.entries(beside)) insert.run(name, content)
  } finally {
    database.close()
  }
}

/** What a backup holds. Throws when the file is damaged, no backup of this program, or of a newer version. */
export function checkBackup(file: string): { beside: BesideFiles; orders: number } {
  if (!existsSync(file) || statSync(file).size === 0) throw new Error(`${file} does not exist, or is empty`)
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return read(file, database)
  } catch (error) {
    if (error instanceof Error && /not a database|malformed/.test(error.message))
      throw new Error(`${file} is damaged: ${error.message}`, { cause: error })
    throw error
  } finally {
    database.close()
  }
}

function read(file: string, database: DatabaseSyncInstance): ReturnType<typeof checkBackup> {
  const valueOf = (sql: string): unknown => Object.values(database.prepare(sql).get() ?? {})[0]
  const tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('orders', 'backup_files')"
  if (valueOf('PRAGMA application_id') !== applicationId || valueOf(tables) !== 2)
    throw new Error(`${file} is no backup of this program`)
  const version = Number(valueOf('PRAGMA user_version'))
  if (version > migrations.length)
    throw new Error(
      `${file} was written by a newer version of this program (schema ${version}; this one knows ${migrations.length})`,
    )
  const problem = valueOf('PRAGMA integrity_check')
  if (problem !== 'ok') throw new Error(`${file} is damaged: ${String(problem)}`)
  const rows = database.prepare('SELECT name, content FROM backup_files').all()
  return {
    beside: Object.fromEntries(rows.map(({ name, content }) => [String(name), String(content)])),
    orders: Number(valueOf('SELECT count(*) FROM orders')),
  }
}

/** Makes a database of a backup. `file` must not exist. Returns what was beside it. */
export async function restore(from: string, file: string): Promise<{ beside: BesideFiles; orders: number }> {
  const checked = checkBackup(from)
  for (const suffix of ['', '-wal'])
    if (existsSync(file + suffix)) throw new Error(`${file + suffix} exists: restore into an empty DATA_DIR`)
  const partial = `${file}.partial`
  rmSync(partial, { force: true })
  makePrivateFolder(dirname(file))
  makePrivateFile(partial)
  await copy(from, partial, () => {})
  const database = new DatabaseSync(partial)
  try {
    database.exec('PRAGMA secure_delete = ON; DROP TABLE backup_files')
  } finally {
    database.close()
  }
  moveInto(partial, file)
  return checked
}

/** Renames, after the content is on the disk, and makes the new name durable. */
function moveInto(from: string, to: string): void {
  flush(from)
  renameSync(from, to)
  flush(dirname(to))
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
