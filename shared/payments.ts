import * as z from 'zod/mini'
import type { Who } from './actors.ts'
import { currency, id, timestamp } from './fields.ts'
import { Payment, paymentMethods, paymentStatuses, type PaymentStatus } from './order-outcome.ts'
import { partyOf, type OrderState, type OrderStatus } from './order-status.ts'

const amount = z.int().check(z.minimum(0), z.maximum(1_000_000_000))

/** `tip`: in minor units. `amount`: what was paid, when it is not the order's total. */
export const ChangePayment = z.strictObject({
  status: z.enum(paymentStatuses),
  method: z.optional(z.enum(paymentMethods)),
  tip: z.optional(amount),
})
export type ChangePayment = z.infer<typeof ChangePayment>

/** What an order costs and whether it is paid. `link`: where its customer pays, with the tip asked for; null: nowhere, or not now. */
export const OrderPayment = z.object({
  payment: z.nullable(Payment),
  amount: z.int(),
  currency,
  link: z.nullable(z.string()),
  /** The name of the business, as on a receipt; null when it is not set. */
  business: z.nullable(z.string()),
})
export type OrderPayment = z.infer<typeof OrderPayment>

/** The query of `GET /orders/:id/payment`. */
export const PaymentQuery = z.strictObject({
  tip: z.optional(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(1_000_000_000))),
})
export type PaymentQuery = z.infer<typeof PaymentQuery>

/**
 * What a payment provider posts. `amount`: all that was paid or refunded, with the tip. `tip`: its part of the amount;
 * without it, what exceeds the order's total is the tip. `reference`: of the payment; its refund has the same.
 */
export const PaymentEvent = z.object({
  type: z.enum(['payment.paid', 'payment.refunded']),
  timestamp: z.optional(timestamp),
  data: z.object({
    orderId: id,
    amount,
    currency,
    tip: z.optional(amount),
    method: z.optional(z.enum(paymentMethods)),
    reference: z.string().check(z.minLength(1), z.maxLength(255)),
  }),
})
export type PaymentEvent = z.infer<typeof PaymentEvent>

/** What the API document says of Stripe's events: the library of Stripe verifies and reads them. */
export const StripeEvent = z.object({ id: z.string(), type: z.string() })

/** What became of an event: `changed`, or why it was ignored. */
export const paymentResults = ['changed', 'repeated', 'outdated', 'already_paid', 'partial', 'not_ours'] as const
export const PaymentResult = z.object({ result: z.enum(paymentResults) })
export type PaymentResult = z.infer<typeof PaymentResult>
export type PaymentOutcome = PaymentResult['result']

interface PayableOrder extends OrderState {
  payment?: Payment
}

/** Where its vendor may say that the order was paid. */
const paidAtVisit: readonly OrderStatus[] = ['on_the_way', 'in_progress', 'completed']

/** The statuses that the actor may give the payment. A vendor takes money, and gives none back. */
export function nextPaymentStatuses(actor: Who, order: PayableOrder): PaymentStatus[] {
  const party = partyOf(actor, order)
  const current = order.payment?.status ?? 'unpaid'
  if (party === 'admin')
    return paymentStatuses.filter((status) => status !== current && (status !== 'refunded' || current === 'paid'))
  return party === 'its_vendor' && paidAtVisit.includes(order.status) && current === 'unpaid' ? ['paid'] : []
}

/** Whether its customer may pay it by the link. */
export const isPayable = ({
  status,
  payment,
  totalAmount,
}: {
  status: OrderStatus
  payment?: Payment
  totalAmount: number
}): boolean =>
  !['cancelled', 'rejected'].includes(status) && (payment?.status ?? 'unpaid') === 'unpaid' && totalAmount > 0
