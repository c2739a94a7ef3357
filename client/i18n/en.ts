import { pluralOf } from './plural.ts'

const plural = pluralOf('en')

/** Every text that a person reads, by area. Each leaf is a string, or a function of values that returns one. */
export const en = {
  common: {},

  nav: {},

  auth: {},

  customer: {
    services: (n: number) => plural(n, { one: '1 service', other: `${n} services` }),
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

type Widened<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof T]: Widened<T[Key]> }

/** What a language provides: the keys of `en`, and functions of the same values. */
export type Dictionary = Widened<typeof en>
