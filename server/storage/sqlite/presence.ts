import type { VendorStatus } from '#shared/presence.ts'
import type { PresenceRecord, PresenceStore } from '../store.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'

export interface PresenceRow {
  vendor_id: string
  status: VendorStatus
  since: string
  last_seen_at: string | null
  on_break: number
}

export const presentPresence = (row: PresenceRow): PresenceRecord => ({
  vendorId: row.vendor_id,
  status: row.status,
  since: row.since,
  lastSeenAt: row.last_seen_at,
  onBreak: row.on_break === 1,
})

export function createPresence(database: Database, write: Write): PresenceStore {
  return {
    async all() {
      return database.all<PresenceRow>('SELECT * FROM presence').map(presentPresence)
    },

    put: ({ onBreak, ...record }) =>
      write(() => {
        database.run(
          `INSERT OR REPLACE INTO presence (vendor_id, status, since, last_seen_at, on_break)
           VALUES (:vendorId, :status, :since, :lastSeenAt, :onBreak)`,
          { ...record, onBreak: Number(onBreak) },
        )
      }),
  }
}
