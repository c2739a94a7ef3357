import { isoTime } from '../../lib/clock.ts'
import { newSortedId } from '../../lib/ids.ts'
import { defineRecords, json, nullable, text, type RecordOf } from '../../storage/records.ts'
import type { Store } from '../../storage/store.ts'

export type Changes = Record<string, { before: unknown; after: unknown }>

/**
 * People are ids here; their names are looked up when an entry is read. `keptSince` is the same time as `at`: what has been
 * kept for long enough is found by it.
 */
export const auditRecords = defineRecords({
  name: 'audit',
  key: 'id',
  fields: {
    id: text(),
    at: text(),
    action: text(),
    by: nullable(text()),
    user: nullable(text()),
    address: nullable(text()),
    requestId: text(),
    details: json<Record<string, unknown>>(),
    changes: json<Changes>(),
    keptSince: nullable(text()),
  },
  indexes: { byTime: ['at'] },
  expires: 'keptSince',
})

export type AuditRecord = RecordOf<typeof auditRecords>

/** A place in the log. */
export type AuditPosition = Pick<AuditRecord, 'at' | 'id'>

export type AuditStore = ReturnType<typeof createAuditStore>

/** Entries are added and read; nothing changes them. */
export function createAuditStore({ collection }: Pick<Store, 'collection'>) {
  const entries = collection(auditRecords)
  return {
    add: (now: number, entry: Omit<AuditRecord, 'id' | 'at' | 'keptSince'>): Promise<void> => {
      const at = isoTime(now)
      return entries.create({ id: newSortedId(now), at, keptSince: at, ...entry })
    },
    /** Newest first, after this place. */
    list: (limit: number, after?: AuditPosition): Promise<AuditRecord[]> =>
      entries.list({ index: 'byTime', limit, after, descending: true }),
    /** Deletes those of this time and before. */
    sweep: entries.sweep,
  }
}
