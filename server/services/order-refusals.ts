import type { Actor } from '#shared/actors.ts'
import { nextStatuses, transitions, type OrderStatus } from '#shared/order-status.ts'
import { isOutdated } from '#shared/order-history.ts'
import type { OrderEvent } from '#shared/orders.ts'
import { viewFor } from '../auth/permissions.ts'
import type { OrderRecord } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'
import { presentGone, presentOrderTo } from './presenters.ts'

/** The statuses that a vendor requests of an offer. */
const vendorAnswers = new Set(transitions.filter((row) => row.by.includes('offered_vendor')).map((row) => row.to))

/** The error for a request that was made on an outdated version. */
export const outdated = (order: OrderRecord, version: number, current: OrderEvent): DomainError =>
  new DomainError('version_conflict', `The order is at version ${order.version}, not ${version}.`, {
    order: current,
    requestedVersion: version,
  })

/** The error for a transition that `actor` may not take, with the current order if the actor may see it. */
export function refusal(
  actor: Actor,
  order: OrderRecord,
  to: OrderStatus,
  version: number | undefined,
  now: number,
): DomainError {
  const view = viewFor(actor, order)
  const current = view === 'gone' ? presentGone(order) : view ? presentOrderTo(actor, order, view, now) : undefined
  const claiming = actor.role === 'vendor' && vendorAnswers.has(to)
  // Whom it never was offered to does not learn that it exists.
  const wasOffered = () => viewFor(actor, order, order.createdAt) !== null
  if (claiming && order.vendor && order.vendor.id !== actor.id && wasOffered()) {
    return new DomainError('already_taken', 'Another vendor was faster. The offer is gone.', { order: current })
  }
  if (!current) return new DomainError('not_found', 'There is no such order.')
  if (version !== undefined && isOutdated(order, version)) {
    return outdated(order, version, current)
  }
  const next = nextStatuses(actor, order, now)
  const possible = next.length > 0 ? ` You can set: ${next.join(', ')}.` : ''
  return new DomainError(
    'invalid_transition',
    `An order that is ${order.status} cannot become ${to} by you.${possible}`,
    { nextStatuses: next, from: order.status, to, order: current },
  )
}
