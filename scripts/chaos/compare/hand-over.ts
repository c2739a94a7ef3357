import { isFinal } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import type { OpenJobs, User } from '#shared/users.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import { activeStatuses } from '#shared/order-status.ts'
import { difference, type Difference } from './difference.ts'

export interface HandOver {
  /** As it was before the deactivation, with the vendor who was deactivated. */
  job: Order
  /** As it is after the deactivation was acknowledged. */
  now: Order
  /** The id of the admin who deactivated the vendor. */
  by: string
  choice: OpenJobs
  /** Whether this vendor may have been inactive as well when the job was handed over. */
  isLeaving(vendorId: string): boolean
}

/** What became of one job of a vendor who was deactivated: `result` if the deactivation did it, `wrong` if it may not be. */
export function checkHandOver({ job, now, by, choice, isLeaving }: HandOver): {
  result: 'released' | 'reassigned' | null
  wrong: string | null
} {
  const { id, version, status } = job
  const left = now.history.slice(version).find((entry) => entry.status === 'pending' || entry.assigned !== undefined)
  if (!left) {
    const stays = !isFinal(now.status) && now.vendor?.id === job.vendor?.id
    return { result: null, wrong: stays ? `${id} was ${status} and is still with the vendor, ${now.status}` : null }
  }
  // The vendor, or another admin, was faster.
  if (left.by.id !== by) return { result: null, wrong: null }
  const result = left.assigned ? 'reassigned' : 'released'
  const chosen = choice === 'release' ? null : choice.reassignTo
  const asChosen = (left.assigned?.id ?? null) === chosen
  const excused = chosen !== null && isLeaving(chosen)
  const got = left.assigned?.name ?? 'no vendor'
  return { result, wrong: asChosen || excused ? null : `${id} was ${status} and went to ${got}, not as chosen` }
}

/** No job belongs to a vendor who is inactive. */
export function checkJobs(orders: ReadonlyMap<string, OrderRecord>, users: readonly User[]): Difference[] {
  const working = new Set(users.filter(({ role, active }) => role === 'vendor' && active).map(({ id }) => id))
  return [...orders.values()]
    .filter(({ status, vendor }) => activeStatuses.includes(status) && !working.has(vendor?.id ?? ''))
    .map(({ id, status, vendor }) =>
      difference('hand-over')(`${id} is ${status} with ${vendor?.name}, who is inactive`),
    )
}
