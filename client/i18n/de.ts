import type { Dictionary } from './en.ts'
import { pluralOf } from './plural.ts'

const plural = pluralOf('de')

export const de: Dictionary = {
  common: {},

  nav: {},

  auth: {},

  customer: {
    services: (n) => plural(n, { one: '1 Leistung', other: `${n} Leistungen` }),
  },

  vendor: {},

  admin: {},

  devices: {},

  live: {},

  components: {},

  orders: {},

  errors: {},

  format: {},

  notices: {},

  offline: {},
}
