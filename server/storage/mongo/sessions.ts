import mongoose from 'mongoose'
import type { SessionRecord, SessionStore } from '../store.ts'
import type { Use } from './database.ts'
import type { SessionDocument } from './schemas.ts'

const { trusted } = mongoose

/** A document of an earlier version has no previous secret, or no browser. */
export const presentSession = ({
  _id,
  previousHash,
  rotatedAt,
  userAgent,
  ...session
}: StoredSession): SessionRecord => ({
  id: _id,
  userId: session.userId,
  secretHash: session.secretHash,
  previousHash: previousHash ?? null,
  rotatedAt: rotatedAt ?? null,
  createdAt: session.createdAt,
  expiresAt: session.expiresAt,
  userAgent: userAgent ?? null,
})

type Added = 'previousHash' | 'rotatedAt' | 'userAgent'
export type StoredSession = Omit<SessionDocument, Added> & Partial<Pick<SessionDocument, Added>>

export const createSessions = (use: Use): SessionStore => ({
  create: ({ id, ...session }) =>
    use(async ({ sessions }) => {
      await sessions.create({ _id: id, ...session })
    }),

  async byId(id) {
    const found = await use(({ sessions }) => sessions.findById(id).lean())
    return found && presentSession(found)
  },

  listOf: async (userId) => (await use(({ sessions }) => sessions.find({ userId }).lean())).map(presentSession),

  async rotate(id, fromHash, toHash, times) {
    const changed = await use(({ sessions }) =>
      sessions.updateOne(
        { _id: id, secretHash: fromHash },
        { $set: { secretHash: toHash, previousHash: fromHash, ...times } },
      ),
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
