import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime } from '../../lib/clock.ts'

const name = /^callout-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)Z\.db$/

/** A backup that the server made by itself. `at`: in ms since the epoch. */
export interface BackupFile {
  path: string
  at: number
}

/** Without the colons of a time, which some file systems refuse. */
export const backupPath = (folder: string, at: number): string =>
  join(folder, `callout-${isoTime(at).slice(0, 19).replaceAll(':', '-')}Z.db`)

/** Oldest first. */
export function listBackups(folder: string): BackupFile[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).flatMap((file) => {
    const [, hour, minute, second] = name.exec(file) ?? []
    return hour ? [{ path: join(folder, file), at: Date.parse(`${hour}:${minute}:${second}Z`) }] : []
  })
  return files.toSorted((one, other) => one.at - other.at)
}

/** Deletes all but the newest `keep`. */
export function deleteOldBackups(folder: string, keep: number): void {
  for (const { path } of listBackups(folder).slice(0, -keep)) rmSync(path)
}

/** Deletes what a killed process was writing. No other process makes backups in this folder. */
export function deletePartialBackups(folder: string): void {
  if (!existsSync(folder)) return
  for (const file of readdirSync(folder)) if (/^callout-.*\.partial/.test(file)) rmSync(join(folder, file))
}
