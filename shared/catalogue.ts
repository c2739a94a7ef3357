import * as z from 'zod/mini'
import { Deadlines } from './deadlines.ts'
import { amount, currency, id, name, text } from './fields.ts'

/** What can be ordered. `price` in minor units of `currency`. */
export const Service = z.object({
  id,
  name: z.string(),
  description: z.string(),
  price: amount,
  currency,
  durationMinutes: z.int(),
  deadlines: z.optional(z.nullable(Deadlines)),
  active: z.boolean(),
})
export type Service = z.infer<typeof Service>

/** The answer of `GET /services`. `currency` is the shop's, also of an empty catalogue. */
export const Catalogue = z.object({ currency, services: z.array(Service) })
export type Catalogue = z.infer<typeof Catalogue>

/**
 * The payload of the topic `services`: the active catalogue, whole. `services` is null for a catalogue of more than 64 KiB,
 * which is read by `GET /services`; `hash` then differs after each change.
 */
export const CatalogueEvent = z.object({
  currency,
  services: z.nullable(z.array(Service)),
  hash: z.optional(z.string()),
})
export type CatalogueEvent = z.infer<typeof CatalogueEvent>

const fields = {
  name: name(100),
  description: text(0, 1000),
  price: amount,
  durationMinutes: z.int().check(z.minimum(1), z.maximum(60 * 24 * 30)),
  deadlines: z.optional(z.nullable(Deadlines)),
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
