import * as z from 'zod/mini'
import { activeStatuses, orderStatuses, transitionBetween } from '#shared/order-status.ts'
import { HistoryEntry, type Order } from '#shared/orders.ts'

/** One change of an order: its entry of the history, and the status before it; null for the first entry. */
export const OrderChange = z.object({ entry: HistoryEntry, from: z.nullable(z.enum(orderStatuses)) })
export type OrderChange = z.infer<typeof OrderChange>

type WithHistory = Pick<Order, 'history'>

/** The history as changes, oldest first: one for each version. */
export const changesOf = ({ history }: WithHistory): OrderChange[] =>
  history.map((entry, n) => ({ entry, from: history[n - 1]?.status ?? null }))

/**
 * What other persons have done to the order since this person's own last change, and since the version that this person
 * has acknowledged. Oldest first. New names and moves of the offer are not among it.
 */
export function changesByOthers(personId: string, order: WithHistory, acknowledged: number): OrderChange[] {
  const own = order.history.findLastIndex(({ by, renamed }) => by.id === personId && !renamed)
  return changesOf(order)
    .slice(Math.max(own + 1, acknowledged))
    .filter(({ entry }) => !entry.renamed && !entry.offered)
}

/** Whether it is a step towards completion, which every party expects. */
export function isExpectedStep({ entry, from }: OrderChange): boolean {
  return from !== null && (transitionBetween({ status: from }, entry)?.forward ?? false)
}

/** The change by which the order last ceased to be an active job of the vendor; null if it is one, or never was. */
export function departureFrom(vendorId: string, order: WithHistory): OrderChange | null {
  let vendor: string | null = null
  let departure: OrderChange | null = null
  let was = false
  for (const change of changesOf(order)) {
    vendor = vendorAfter(change, vendor)
    const is = vendor === vendorId && activeStatuses.includes(change.entry.status)
    if (is) departure = null
    else if (was) departure = change
    was = is
  }
  return departure
}

function vendorAfter({ entry, from }: OrderChange, before: string | null): string | null {
  const row = from === null ? undefined : transitionBetween({ status: from }, entry)
  switch (row?.vendor) {
    case 'claims':
      return entry.by.id
    case 'assigns':
      // Entries of earlier versions do not say to whom.
      return entry.assigned?.id ?? before
    case 'releases':
    case 'declines':
      return null
    default:
      return before
  }
}
