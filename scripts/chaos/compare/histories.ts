import type { OrderHistoryEntry } from '#shared/apply-transition.ts'
import {
  findTransition,
  initialStatus,
  isDecline,
  isOffered,
  mayCorrect,
  transitionsBy,
  type OrderStatus,
} from '#shared/order-status.ts'
import type { DetailField } from '#shared/orders.ts'
import { viewFor, type View } from '../../../server/auth/permissions.ts'
import { asOf } from '../../../server/services/order-changes.ts'
import { serverActor } from '../../../server/services/server-actor.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import { difference, type Difference } from './difference.ts'

/** The order as it was at each of its versions. */
export const versionsOf = (order: OrderRecord): OrderRecord[] =>
  order.history.map((_entry, index) => asOf(order, index + 1))

/** The last version that was published to this vendor, and in which view; null if none was. */
export function lastPublished(vendorId: string, order: OrderRecord): { version: number; view: View } | null {
  const views = versionsOf(order).map((state) => ({
    version: state.version,
    view: viewFor({ id: vendorId, role: 'vendor' }, state),
  }))
  return views.findLast(({ view }) => view !== null) ?? null
}

/** A history never runs backwards, whatever the clocks of the nodes do. */
function checkTimes({ id, history, createdAt, updatedAt }: OrderRecord): Difference[] {
  const stored = history.map(({ at, recordedAt }) => recordedAt ?? at)
  const inOrder = [createdAt, ...stored, updatedAt].every((time, n, all) => n === 0 || (all[n - 1] ?? '') <= time)
  const happened = history.every(({ at }, n) => n === 0 || (history[n - 1]?.at ?? '') <= at)
  return inOrder && happened ? [] : [difference('time regressed')(`${id}: ${createdAt}, ${stored.join(', ')}`)]
}

/** Every version has one history entry, and every status change is a transition of the status table. */
export function checkHistory(order: OrderRecord): Difference[] {
  const { id, history, version, status } = order
  const wrong: string[] = []
  if (version !== history.length) wrong.push(`${id} is at version ${version} with ${history.length} entries`)
  if (history.at(-1)?.status !== status) wrong.push(`${id} is ${status}, its history ends ${history.at(-1)?.status}`)
  if (history[0]?.status !== initialStatus) wrong.push(`${id} does not start as ${initialStatus}`)

  const states = versionsOf(order)
  for (const [index, entry] of history.entries()) {
    const [state, before] = [states[index - 1], history[index - 1]]
    if (!state || !before || isTransition(state, before, entry)) continue
    wrong.push(`${id} version ${index + 1}: ${before.status} → ${entry.status} by a ${entry.by.role}`)
  }
  return [...wrong.map(difference('history')), ...checkTimes(order)]
}

const serverTransition = (state: OrderRecord, to: OrderStatus) =>
  transitionsBy('server', state.status).find((row) => row.to === to) ?? null

/** A later round begins when the one before is over, or when all who were asked in it have declined. */
function mayMove({ offer, declinedBy }: OrderRecord, { offer: next, recordedAt, at }: OrderHistoryEntry): boolean {
  if (!next || !offer || next.round <= offer.round || offer.round === 0) return next !== undefined
  if (offer.last || next.round > offer.round + 1) return false
  const isAnswered = offer.to?.every((id) => declinedBy.includes(id)) ?? false
  return isAnswered || (recordedAt ?? at) >= (offer.until ?? '')
}

/** What is added to an order, also after its end, by those who see it whole. */
const added = new Set<DetailField>(['files', 'payment', 'rating'])

function isTransition(state: OrderRecord, before: OrderHistoryEntry, entry: OrderHistoryEntry): boolean {
  const { by, status, vendor } = entry
  const isSame = status === before.status && vendor?.id === before.vendor?.id
  if (entry.renamed) return isSame
  if (entry.changed?.every(({ field }) => added.has(field))) return isSame && viewFor(by, state) === 'full'
  if (entry.changed) return isSame && mayCorrect(by, state)
  if (entry.offered) return isSame && by.id === serverActor.id && isOffered(status) && mayMove(state, entry)
  const at = Date.parse(entry.recordedAt ?? entry.at)
  const found =
    findTransition(by, state, status, at) ??
    findTransition(by, state, status, at, 'assign') ??
    (isDecline(before, entry) ? findTransition(by, state, 'rejected', at) : null) ??
    // After a deactivation, in the name of the admin.
    (by.role === 'admin' && state.declinedBy.length > 0 ? serverTransition(state, status) : null)
  switch (found?.action) {
    case undefined:
      return false
    case 'accept':
      return vendor?.id === by.id
    case 'assign':
      return vendor !== null
    case 'release':
    case 'decline':
      return vendor === null
    default:
      return vendor?.id === before.vendor?.id
  }
}
