import * as z from 'zod/mini'
import { timestamp } from './fields.ts'

/**
 * Which of the vendors who can do a service are offered it. `nearest` and `least_busy`: `count` of them for `seconds`, then
 * as many more for as long, then all, then an admin is alerted.
 */
export const OfferRule = z.union([
  z.strictObject({ to: z.literal('all') }),
  z.strictObject({
    to: z.enum(['nearest', 'least_busy']),
    count: z.int().check(z.minimum(1), z.maximum(50)),
    seconds: z.int().check(z.minimum(5), z.maximum(86_400)),
  }),
])
export type OfferRule = z.infer<typeof OfferRule>
export type RoundsRule = Exclude<OfferRule, { to: 'all' }>

/** The round of an order that is offered in rounds. `until`: when others are offered it as well; null in the last round. */
export const OfferRound = z.object({ round: z.int(), until: z.nullable(timestamp) })
export type OfferRound = z.infer<typeof OfferRound>

/**
 * To whom the server offers an order. `to`: the ids of the vendors; null: every vendor. `round`: 0 without rounds. `last`: no
 * other vendor can be offered it, and at `until` an admin is alerted.
 */
export interface OrderOffer {
  to: string[] | null
  round: number
  until: string | null
  last: boolean
}

/** The offer of an order that was offered to fewer vendors before. */
export const offeredToAll: OrderOffer = { to: null, round: 0, until: null, last: false }

/** What a history entry tells of the offer from then on. */
interface OfferEntry {
  offer?: OrderOffer
}

/** The offer with the last of these entries; undefined: every vendor, and never fewer. */
export const offerAt = (history: readonly OfferEntry[], version: number): OrderOffer | undefined =>
  history.slice(0, version).findLast(({ offer }) => offer)?.offer
