import type { SessionRecord, SessionStore } from '../store.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'

export interface SessionRow {
  id: string
  user_id: string
  secret_hash: string
  previous_hash: string | null
  rotated_at: string | null
  created_at: string
  expires_at: string
  user_agent: string | null
}

export const presentSession = (row: SessionRow): SessionRecord => ({
  id: row.id,
  userId: row.user_id,
  secretHash: row.secret_hash,
  previousHash: row.previous_hash,
  rotatedAt: row.rotated_at,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  userAgent: row.user_agent,
})

export function createSessions(database: Database, write: Write): SessionStore {
  return {
    create: (session) =>
      write(() => {
        database.run(
          `INSERT INTO sessions (id, user_id, secret_hash, previous_hash, rotated_at, created_at, expires_at, user_agent)
           VALUES (:id, :userId, :secretHash, :previousHash, :rotatedAt, :createdAt, :expiresAt, :userAgent)`,
          { ...session },
        )
      }),

    async byId(id) {
      const row = database.get<SessionRow>('SELECT * FROM sessions WHERE id = :id', { id })
      return row ? presentSession(row) : null
    },

    async listOf(userId) {
      const rows = database.all<SessionRow>('SELECT * FROM sessions WHERE user_id = :userId', { userId })
      return rows.map(presentSession)
    },

    rotate: (id, fromHash, toHash, { rotatedAt, expiresAt }) =>
      write(() => {
        const { changes } = database.run(
          `UPDATE sessions
           SET secret_hash = :toHash, previous_hash = :fromHash, rotated_at = :rotatedAt, expires_at = :expiresAt
           WHERE id = :id AND secret_hash = :fromHash`,
          { id, fromHash, toHash, rotatedAt, expiresAt },
        )
        return changes === 1
      }),

    end: (id) =>
      write(() => {
        database.run('DELETE FROM sessions WHERE id = :id', { id })
      }),

    endAllOf: (userId) =>
      write(() => {
        database.run('DELETE FROM sessions WHERE user_id = :userId', { userId })
      }),

    sweep: (now) => write(() => database.run('DELETE FROM sessions WHERE expires_at <= :now', { now }).changes),
  }
}
