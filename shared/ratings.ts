import * as z from 'zod/mini'
import type { Who } from './actors.ts'
import { text } from './fields.ts'
import { Rating, VendorRating } from './order-outcome.ts'
import { forwardPath, partyOf, type OrderState } from './order-status.ts'

const stars = z.int().check(z.minimum(1), z.maximum(5))

export const starCounts = [1, 2, 3, 4, 5] as const

export const RateOrder = z.strictObject({ stars, text: z.optional(text(0, 1000)) })
export type RateOrder = z.infer<typeof RateOrder>

/** The rating of an order, and what its vendor gets on average; null without a vendor or a rating. */
export const OrderRating = z.object({ rating: z.nullable(Rating), vendor: z.nullable(VendorRating) })
export type OrderRating = z.infer<typeof OrderRating>

const changeableFor = 7 * 24 * 3_600_000

interface RateableOrder extends OrderState {
  rating?: Rating
}

/** Whether the actor may rate the order at the time `now`, in ms: its customer, once it is completed. */
export function mayRate(actor: Who, order: RateableOrder, now: number): boolean {
  if (partyOf(actor, order) !== 'its_customer' || order.status !== forwardPath.at(-1)) return false
  return !order.rating || now - Date.parse(order.rating.at) <= changeableFor
}
