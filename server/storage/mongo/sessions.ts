import mongoose from 'mongoose'
import type { SessionRecord, SessionStore } from '../store.ts'
import type { Use } from './database.ts'
import type { SessionDocument } from './schemas.ts'

const { trusted } = mongoose

export const presentSession = ({ _id, userId, secretHash, createdAt, expiresAt }: SessionDocument): SessionRecord => ({
  id: _id,
  userId,
  secretHash,
  createdAt,
  expiresAt,
})

export const createSessions = (use: Use): SessionStore => ({
  create: ({ id, ...session }) =>
    use(async ({ sessions }) => {
      await sessions.create({ _id: id, ...session })
    }),

  async byId(id) {
    const found = await use(({ sessions }) => sessions.findById(id).lean())
    return found && presentSession(found)
  },

  async rotate(id, fromHash, toHash, expiresAt) {
    const changed = await use(({ sessions }) =>
      sessions.updateOne({ _id: id, secretHash: fromHash }, { $set: { secretHash: toHash, expiresAt } }),
    )
    return changed.modifiedCount === 1
  },

  async end(id) {
    await use(({ sessions }) => sessions.deleteOne({ _id: id }))
  },

  async endAllOf(userId) {
    await use(({ sessions }) => sessions.deleteMany({ userId }))
  },

  async sweep(now) {
    const { deletedCount } = await use(({ sessions }) => sessions.deleteMany({ expiresAt: trusted({ $lte: now }) }))
    return deletedCount
  },
})
