import type { PresenceRecord, PresenceStore } from '../store.ts'
import type { Use } from './database.ts'
import type { PresenceDocument } from './schemas.ts'

export const presentPresence = ({ _id, status, since, lastSeenAt, onBreak }: PresenceDocument): PresenceRecord => ({
  vendorId: _id,
  status,
  since,
  lastSeenAt,
  onBreak,
})

export const createPresence = (use: Use): PresenceStore => ({
  async all() {
    const found = await use(({ presence }) => presence.find().lean())
    return found.map(presentPresence)
  },

  async put({ vendorId, ...record }) {
    await use(({ presence }) => presence.updateOne({ _id: vendorId }, { $set: record }, { upsert: true }))
  },
})
