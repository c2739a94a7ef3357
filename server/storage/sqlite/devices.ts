import type { DeviceRecord, DeviceStore } from '../store.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'

export interface DeviceRow {
  id: string
  name: string
  vendor_id: string
  created_at: string
  last_seen_at: string | null
  secret_hash: string
  session: string | null
}

export const presentDevice = (row: DeviceRow): DeviceRecord => ({
  id: row.id,
  name: row.name,
  vendorId: row.vendor_id,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  secretHash: row.secret_hash,
  session: row.session,
})

/** Everybody's without a vendor. */
export const devicesSql = (vendorId: string | undefined) =>
  `SELECT * FROM devices WHERE ${vendorId === undefined ? 'TRUE' : 'vendor_id = :vendorId'} ORDER BY name, id`

export function createDevices(database: Database, write: Write): DeviceStore {
  return {
    create: (device) =>
      write(() => {
        database.run(
          `INSERT INTO devices (id, name, vendor_id, created_at, last_seen_at, secret_hash, session)
           VALUES (:id, :name, :vendorId, :createdAt, :lastSeenAt, :secretHash, :session)`,
          { ...device },
        )
      }),

    async byId(id) {
      const row = database.get<DeviceRow>('SELECT * FROM devices WHERE id = :id', { id })
      return row ? presentDevice(row) : null
    },

    async list({ vendorId }) {
      return database.all<DeviceRow>(devicesSql(vendorId), { vendorId: vendorId ?? null }).map(presentDevice)
    },

    seen: (id, at) =>
      write(() => {
        database.run('UPDATE devices SET last_seen_at = :at WHERE id = :id', { id, at })
      }),

    keepSession: (id, session) =>
      write(() => {
        database.run('UPDATE devices SET session = :session WHERE id = :id', { id, session })
      }),

    remove: (id) => write(() => database.run('DELETE FROM devices WHERE id = :id', { id }).changes === 1),
  }
}
