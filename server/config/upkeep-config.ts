import { join } from 'node:path'
import { z } from '../lib/zod.ts'
import { duration } from './duration.ts'
import { atLeastOne } from './limit.ts'

/** How the server takes care of what it stores. */
export const upkeepKeys = {
  BACKUP_EVERY: z.optional(duration),
  BACKUP_KEEP: atLeastOne(7),
  KEEP_ORDERS: z.optional(z.pipe(duration, z.number().check(z.minimum(86_400, 'At least 1d')))),
  ARCHIVE_ORDERS: z._default(z.enum(['true', 'false'], 'Either true or false'), 'true'),
}

const Upkeep = z.object(upkeepKeys)

export interface UpkeepConfig {
  /** Backups of the embedded database by the server itself. `every`: in seconds. null: none. */
  readonly backups: { readonly every: number; readonly keep: number; readonly folder: string } | null
  /** How long finished orders stay in the database, in seconds, and where they go. null: they stay for ever. */
  readonly retention: { readonly keepOrders: number; readonly archive: string | null } | null
  /** Where finished orders were and are archived. */
  readonly archiveFolder: string
}

/** Problems of combinations, each starting with the key. `raw`: the values as they are set. */
export const upkeepProblems = (raw: Readonly<Record<string, string | undefined>>): string[] =>
  raw.BACKUP_EVERY && raw.MONGO_URI
    ? ['BACKUP_EVERY: The server backs up the embedded database only. Unset it and use mongodump for MongoDB']
    : []

/** `values` may contain other settings. */
export function readUpkeep(values: z.infer<typeof Upkeep>, dataDir: string): UpkeepConfig {
  const { BACKUP_EVERY: every, BACKUP_KEEP: keep, KEEP_ORDERS: keepOrders, ARCHIVE_ORDERS: archive } = values
  const archiveFolder = join(dataDir, 'archive')
  return Object.freeze({
    backups: every === undefined ? null : Object.freeze({ every, keep, folder: backupFolder(dataDir) }),
    retention:
      keepOrders === undefined
        ? null
        : Object.freeze({ keepOrders, archive: archive === 'true' ? archiveFolder : null }),
    archiveFolder,
  })
}

export const backupFolder = (dataDir: string) => join(dataDir, 'backups')
