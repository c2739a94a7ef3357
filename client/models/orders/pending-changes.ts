import * as z from 'zod/mini'
import type { Actor } from '#shared/actors.ts'
import { applyTransition } from '#shared/apply-transition.ts'
import type { Payment } from '#shared/order-outcome.ts'
import { findTransition, orderActions, orderStatuses } from '#shared/order-status.ts'
import { nextPaymentStatuses, type ChangePayment } from '#shared/payments.ts'
import type { ChangeStatus } from '#shared/order-input.ts'
import type { Order } from '#shared/orders.ts'
import { isStatusOutdated } from '#shared/order-history.ts'
import type { Entry } from '../../live/orders.ts'
import { HeldFile } from '../files/held-files.ts'
import { t } from '../../i18n/index.ts'

/** A change of an order, stored until the server's response is known. */
export const PendingChange = z.object({
  /** The server applies a change once for each `commandId`. */
  commandId: z.string(),
  orderId: z.string(),
  /** For messages about the change when the order is not loaded. */
  number: z.string(),
  /** `pay`: the vendor has taken cash. The status stays. */
  action: z.enum([...orderActions, 'pay']),
  status: z.enum(orderStatuses),
  tip: z.optional(z.int()),
  reason: z.optional(z.string()),
  note: z.optional(z.string()),
  /** The customer's. */
  pin: z.optional(z.string()),
  /** Pictures that are sent before it. */
  files: z.optional(z.array(HeldFile)),
  /** The vendor to whom an admin assigns the order. */
  vendorId: z.optional(z.string()),
  /** The order's version that the user saw; null: any version, or the one that the change before it leads to. */
  version: z.nullable(z.int()),
  /** By the server's clock. */
  occurredAt: z.string(),
  /** The change could not be sent at once. */
  late: z.boolean(),
  /** Why the server refused it; stored until the user has read it. */
  refused: z.optional(z.string()),
})
export type PendingChange = z.infer<typeof PendingChange>

/** The body of `PATCH /orders/:id/status`. The server sets the time of a change that is not late. */
export function requestOf(change: PendingChange): ChangeStatus {
  const { status, reason, note, pin, version, commandId, occurredAt, late } = change
  return {
    status,
    commandId,
    ...(reason ? { reason } : {}),
    ...(note ? { note } : {}),
    ...(pin ? { pin } : {}),
    ...(version === null ? {} : { version }),
    ...(late ? { occurredAt } : {}),
  }
}

/** The body of `PUT /orders/:id/payment`. */
export const paymentOf = ({ tip }: Pick<PendingChange, 'tip'>): ChangePayment => ({
  status: 'paid',
  method: 'cash',
  ...(tip && { tip }),
})

/** No other change depends on it. */
export const isPayment = ({ action }: Pick<PendingChange, 'action'>): boolean => action === 'pay'

/**
 * The order with its pending changes applied. A change that the table does not allow now is skipped: the server has
 * applied it already, or will refuse it. A change that a dialog requested is applied once it has to wait; until then the
 * dialog shows that it is being sent.
 */
export function applyPending(order: Order, changes: readonly PendingChange[], me: Actor): Entry {
  let leaving: string | null = null
  let others = 0
  for (const change of changes) {
    const { status, reason, note, pin, files, version, late, occurredAt } = change
    if ((reason || note || pin || files || isPayment(change)) && !late) continue
    if (version !== null) {
      if (isStatusOutdated(order, version + others)) continue
      // The changes that follow were made on the version that this one was expected to lead to: without the names and
      // corrections of others.
      others = order.version - version
    }
    if (isPayment(change)) {
      if (nextPaymentStatuses(me, order).includes('paid')) order = paidWith(order, change)
      continue
    }
    const row = findTransition(me, order, status, Date.parse(occurredAt))
    if (!row) continue
    if (row.vendor === 'declines') leaving = t().orders.leaving.declined
    order = applyTransition(order, row, me, { reason, note }, occurredAt)
  }
  return { order, leaving }
}

function paidWith(order: Order, change: PendingChange): Order {
  const payment: Payment = {
    status: 'paid',
    method: 'cash',
    amount: order.totalAmount,
    at: change.occurredAt,
    ...(change.tip && { tip: change.tip }),
  }
  return { ...order, version: order.version + 1, payment }
}
