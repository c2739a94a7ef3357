import * as z from 'zod/mini'
import { amount, currency, id, name, text } from './fields.ts'

/** What can be ordered. `price` in minor units of `currency`. */
export const Service = z.object({
  id,
  name: z.string(),
  description: z.string(),
  price: amount,
  currency,
  durationMinutes: z.int(),
  active: z.boolean(),
})
export type Service = z.infer<typeof Service>

const fields = {
  name: name(100),
  description: text(0, 1000),
  price: amount,
  durationMinutes: z.int().check(z.minimum(1), z.maximum(60 * 24 * 30)),
  active: z.boolean(),
}

export const CreateService = z.strictObject({
  ...fields,
  description: z.optional(fields.description),
  active: z.optional(fields.active),
})
export type CreateService = z.infer<typeof CreateService>

export const ChangeService = z.partial(z.strictObject(fields))
export type ChangeService = z.infer<typeof ChangeService>
