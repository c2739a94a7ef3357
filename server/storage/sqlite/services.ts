import type { Service } from '#shared/catalogue.ts'
import type { ServiceStore } from '../store.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'

export interface ServiceRow {
  id: string
  name: string
  description: string
  price: number
  currency: string
  duration_minutes: number
  active: number
}

export const presentService = (row: ServiceRow): Service => ({
  id: row.id,
  name: row.name,
  description: row.description,
  price: row.price,
  currency: row.currency,
  durationMinutes: row.duration_minutes,
  active: row.active === 1,
})

export function createServices(database: Database, write: Write): ServiceStore {
  return {
    create: ({ active, ...service }) =>
      write(() => {
        database.run(
          `INSERT INTO services (id, name, description, price, currency, duration_minutes, active)
           VALUES (:id, :name, :description, :price, :currency, :durationMinutes, :active)`,
          { ...service, active: Number(active) },
        )
      }),

    async byIds(ids) {
      const rows = [...new Set(ids)].map((id) =>
        database.get<ServiceRow>('SELECT * FROM services WHERE id = :id', { id }),
      )
      return rows.flatMap((row) => (row ? [presentService(row)] : []))
    },

    async list({ active }) {
      const rows = database.all<ServiceRow>(
        'SELECT * FROM services WHERE :active IS NULL OR active = :active ORDER BY name, id',
        { active: active === undefined ? null : Number(active) },
      )
      return rows.map(presentService)
    },

    change: (id, { name, description, price, durationMinutes, active }) =>
      write(() => {
        const row = database.get<ServiceRow>(
          `UPDATE services SET
             name = coalesce(:name, name),
             description = coalesce(:description, description),
             price = coalesce(:price, price),
             duration_minutes = coalesce(:durationMinutes, duration_minutes),
             active = coalesce(:active, active)
           WHERE id = :id
           RETURNING *`,
          {
            id,
            name: name ?? null,
            description: description ?? null,
            price: price ?? null,
            durationMinutes: durationMinutes ?? null,
            active: active === undefined ? null : Number(active),
          },
        )
        return row ? presentService(row) : null
      }),
  }
}
