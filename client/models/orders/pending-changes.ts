import * as z from 'zod/mini'
import type { Actor } from '#shared/actors.ts'
import { findTransition, orderActions, orderStatuses } from '#shared/order-status.ts'
import type { ChangeStatus, Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'

/** One thing that somebody does to an order, as it is kept until the server has said what came of it. */
export const PendingChange = z.object({
  /** The server applies it once, however often it is sent. */
  commandId: z.string(),
  orderId: z.string(),
  /** For words about it when the order itself is not at hand. */
  number: z.string(),
  action: z.enum(orderActions),
  status: z.enum(orderStatuses),
  reason: z.optional(z.string()),
  note: z.optional(z.string()),
  /** Whom an admin gives the order to. */
  vendorId: z.optional(z.string()),
  /** The version it is meant for; null: whichever it meets, or the one the step before it leads to. */
  version: z.nullable(z.int()),
  /** By the server's clock. */
  occurredAt: z.string(),
  /** It could not be sent at once. */
  late: z.boolean(),
  /** Why it was not taken, once that is known; kept until somebody has read it. */
  refused: z.optional(z.string()),
})
export type PendingChange = z.infer<typeof PendingChange>

/** What `PATCH /orders/:id/status` is asked. When it happened is the server's to say unless it comes late. */
export function requestOf({ status, reason, note, version, commandId, occurredAt, late }: PendingChange): ChangeStatus {
  return {
    status,
    commandId,
    ...(reason ? { reason } : {}),
    ...(note ? { note } : {}),
    ...(version === null ? {} : { version }),
    ...(late ? { occurredAt } : {}),
  }
}

export interface Optimistic {
  order: Order
  /** Why the order is about to go from this person's list; null while it stays. */
  leaving: string | null
}

/**
 * The order as it will be once its steps are applied. A step that no longer fits what is known is left out: the server
 * has applied it, or will refuse it. What is asked for in a dialog is shown when it has to wait; until then the dialog
 * shows that it is being sent.
 */
export function applyPending(order: Order, steps: readonly PendingChange[], me: Actor): Optimistic {
  let leaving: string | null = null
  for (const step of steps) {
    const { status, reason, note, version, late, occurredAt: at } = step
    if ((reason || note) && !late) continue
    if (version !== null && version !== order.version) continue
    const transition = findTransition(me, order, status)
    if (!transition) continue
    if (transition.action === 'decline') leaving = t().orders.leaving.declined
    const by = { id: me.id, name: me.name, role: me.role }
    const vendor = transition.action === 'accept' ? { id: me.id, name: me.name } : order.vendor
    order = {
      ...order,
      // A declined order is open still, for others.
      status: transition.action === 'decline' ? order.status : status,
      version: order.version + 1,
      vendor: status === 'pending' ? null : vendor,
      history: [...order.history, { status, at, by, note: reason ?? note ?? null }],
    }
  }
  return { order, leaving }
}
