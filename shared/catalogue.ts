import * as z from 'zod/mini'
import { AvailableHours } from './available-hours.ts'
import { Deadlines } from './deadlines.ts'
import { amount, currency, id } from './fields.ts'
import { OfferRule } from './offers.ts'
import { Proof } from './proof.ts'
import { OptionGroup } from './service-options.ts'

/** `fileId`: for `GET /files/:id`. `alt`: what it shows, for those who do not see it. */
export const ServicePicture = z.object({ fileId: id, alt: z.string() })
export type ServicePicture = z.infer<typeof ServicePicture>

/** What can be ordered. `price` in minor units of `currency`. Without `availableHours` it can be had at any time. */
export const Service = z.object({
  id,
  name: z.string(),
  category: z.optional(z.string()),
  description: z.string(),
  price: amount,
  currency,
  durationMinutes: z.int(),
  deadlines: z.optional(Deadlines),
  options: z.optional(z.array(OptionGroup)),
  availableHours: z.optional(AvailableHours),
  /** What a vendor needs to be offered it. */
  skills: z.optional(z.array(z.string())),
  offers: z.optional(OfferRule),
  /** What its orders are completed with. */
  proof: z.optional(Proof),
  picture: z.optional(ServicePicture),
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
