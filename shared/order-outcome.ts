import * as z from 'zod/mini'
import { timestamp } from './fields.ts'

// What orders carry of payments and ratings. Without the requests, as every page and library reads it.

export const paymentStatuses = ['unpaid', 'paid', 'refunded'] as const
export type PaymentStatus = (typeof paymentStatuses)[number]

/** `link`: by the payment link. */
export const paymentMethods = ['cash', 'card', 'link', 'transfer', 'other'] as const
export type PaymentMethod = (typeof paymentMethods)[number]

/**
 * An order without a payment is unpaid. `amount`: what was paid for the order, in minor units, without the tip; the total
 * may have been corrected since. `refunded`: what was given back of a payment that is still `paid`. `at`: when it was paid, refunded or marked as unpaid. `reference`: the payment at the
 * provider. The "anonymous" view has no reference; the "offer" view has no payment.
 */
export const Payment = z.object({
  status: z.enum(paymentStatuses),
  method: z.enum(paymentMethods),
  amount: z.int(),
  tip: z.optional(z.int()),
  refunded: z.optional(z.int()),
  at: timestamp,
  reference: z.optional(z.string()),
})
export type Payment = z.infer<typeof Payment>

/**
 * What a customer says of the work. `text` is empty without one, and in the "anonymous" view. `at`: when it was given
 * first; for a week from then it may be changed.
 */
export const Rating = z.object({ stars: z.int(), text: z.string(), at: timestamp })
export type Rating = z.infer<typeof Rating>

/** Of all ratings of a vendor. `average` has one decimal. */
export const VendorRating = z.object({ average: z.number(), count: z.int() })
export type VendorRating = z.infer<typeof VendorRating>
