import type { Role } from '#shared/actors.ts'
import type { UserRecord, UserStore } from '../store.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'

export interface UserRow {
  id: string
  name: string
  email: string
  role: Role
  active: number
  created_at: string
  password_hash: string
}

export const presentUser = (row: UserRow): UserRecord => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  active: row.active === 1,
  createdAt: row.created_at,
  passwordHash: row.password_hash,
})

export function createUsers(database: Database, write: Write): UserStore {
  const one = (row: UserRow | undefined) => (row ? presentUser(row) : null)

  return {
    create: ({ active, ...user }) =>
      write(() => {
        database.run(
          `INSERT INTO users (id, name, email, role, active, created_at, password_hash)
           VALUES (:id, :name, :email, :role, :active, :createdAt, :passwordHash)`,
          { ...user, active: Number(active) },
        )
      }),

    async byId(id) {
      return one(database.get<UserRow>('SELECT * FROM users WHERE id = :id', { id }))
    },

    async byEmail(email) {
      return one(database.get<UserRow>('SELECT * FROM users WHERE email = :email', { email }))
    },

    async inSession(id, sessionId) {
      const sql = `SELECT users.* FROM users JOIN sessions ON user_id = users.id
                   WHERE users.id = :id AND sessions.id = :sessionId`
      return one(database.get<UserRow>(sql, { id, sessionId }))
    },

    async list({ role, active }) {
      const rows = database.all<UserRow>(
        `SELECT * FROM users
         WHERE ${role ? 'role = :role' : 'TRUE'} AND (:active IS NULL OR active = :active)
         ORDER BY name, id`,
        { role: role ?? null, active: active === undefined ? null : Number(active) },
      )
      return rows.map(presentUser)
    },

    change: (id, { name, email, active, passwordHash }) =>
      write(() => {
        const sql = `${update} WHERE id = :id RETURNING *`
        const values = {
          active: active === undefined ? null : Number(active),
          ...valuesOf({ name, email, passwordHash }),
        }
        return one(database.get<UserRow>(sql, { id, ...values }))
      }),

    deactivate: (id, change) =>
      write(() => {
        const row = database.get<UserRow>(
          `${update} WHERE id = :id AND (role <> 'admin' OR EXISTS (
             SELECT 1 FROM users WHERE role = 'admin' AND active = 1 AND id <> :id))
           RETURNING *`,
          { id, active: 0, ...valuesOf(change) },
        )
        if (row) return presentUser(row)
        return database.get('SELECT 1 FROM users WHERE id = :id', { id }) ? 'last_admin' : null
      }),
  }
}

const update = `UPDATE users SET
  name = coalesce(:name, name),
  email = coalesce(:email, email),
  active = coalesce(:active, active),
  password_hash = coalesce(:passwordHash, password_hash)`

const valuesOf = ({ name, email, passwordHash }: Partial<Pick<UserRecord, 'name' | 'email' | 'passwordHash'>>) => ({
  name: name ?? null,
  email: email ?? null,
  passwordHash: passwordHash ?? null,
})
