import mongoose from 'mongoose'
import type { Service } from '#shared/catalogue.ts'
import type { ServiceStore } from '../store.ts'
import type { Use } from './database.ts'
import { unlessTaken } from './duplicates.ts'
import type { ServiceDocument } from './schemas.ts'

const { trusted } = mongoose

export function presentService(document: ServiceDocument): Service {
  const { _id, name, description, price, currency, durationMinutes, active } = document
  return { id: _id, name, description, price, currency, durationMinutes, active }
}

export const createServices = (use: Use): ServiceStore => ({
  create: ({ id, ...service }) =>
    use(async ({ services }) => {
      await unlessTaken(services.create({ _id: id, ...service }), {})
    }),

  async byIds(ids) {
    const found = await use(({ services }) => services.find({ _id: trusted({ $in: [...ids] }) }).lean())
    return found.map(presentService)
  },

  async list({ active }) {
    const filter = active === undefined ? {} : { active }
    const found = await use(({ services }) => services.find(filter).sort({ name: 1, _id: 1 }).lean())
    return found.map(presentService)
  },

  async change(id, { name, description, price, durationMinutes, active }) {
    const $set = { name, description, price, durationMinutes, active }
    const found = await use(({ services }) =>
      services.findOneAndUpdate({ _id: id }, { $set }, { returnDocument: 'after' }).lean(),
    )
    return found && presentService(found)
  },
})
