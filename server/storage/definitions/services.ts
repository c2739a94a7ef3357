import type { AvailableHours } from '#shared/available-hours.ts'
import type { OfferRule } from '#shared/offers.ts'
import type { OptionGroup } from '#shared/service-options.ts'
import type { Deadlines } from '#shared/deadlines.ts'
import type { Proof } from '#shared/proof.ts'
import type { ServicePicture } from '#shared/catalogue.ts'
import { boolean, defineRecords, integer, json, nullable, text } from '../records.ts'

/** The catalogue; the record is the `Service` of #shared/catalogue.ts, with null for what that one lacks. */
export const serviceRecords = defineRecords({
  name: 'services',
  key: 'id',
  fields: {
    id: text(),
    name: text(),
    description: text(),
    price: integer(),
    currency: text(),
    durationMinutes: integer(),
    deadlines: nullable(json<Deadlines>()),
    active: boolean(),
    category: nullable(text()),
    options: nullable(json<OptionGroup[]>()),
    availableHours: nullable(json<AvailableHours>()),
    skills: nullable(json<string[]>()),
    offers: nullable(json<OfferRule>()),
    proof: nullable(json<Proof>()),
    picture: nullable(json<ServicePicture>()),
  },
  indexes: { byName: ['name'] },
})
