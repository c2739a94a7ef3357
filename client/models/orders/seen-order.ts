import * as z from 'zod/mini'
import { OrderChange } from './other-changes.ts'

/**
 * Why an order left a person's list: the change that did it; for an order that a vendor may no longer see, only whether it
 * was given to another vendor.
 */
const Departure = z.union([OrderChange, z.object({ gone: z.enum(['reassigned', 'unknown']) })])
export type Departure = z.infer<typeof Departure>

/** An order of a person's list, as this device has last seen it there. */
export const SeenOrder = z.object({
  id: z.string(),
  number: z.string(),
  /** Its services. */
  title: z.string(),
  /** Its place in the list. */
  sortKey: z.string(),
  version: z.int(),
  /** The version up to which the person has acknowledged other persons' changes. */
  acknowledged: z.int(),
  /** null while the order is in the list. It stays stored until the person dismisses it. */
  left: z.nullable(Departure),
  /** The page has shown that it left. */
  shown: z.boolean(),
})
export type SeenOrder = z.infer<typeof SeenOrder>

const maxListed = 200
const maxLeft = 20

/** The newest orders within the limits. */
function bounded(orders: readonly SeenOrder[]): readonly SeenOrder[] {
  const kept = new Set([
    ...orders.filter(({ left }) => left === null).slice(-maxListed),
    ...orders.filter(({ left }) => left !== null).slice(-maxLeft),
  ])
  return kept.size === orders.length ? orders : orders.filter((order) => kept.has(order))
}

/** Adds the order at the end, or replaces it there. */
export const withSeen = (orders: readonly SeenOrder[], order: SeenOrder): readonly SeenOrder[] =>
  bounded([...orders.filter(({ id }) => id !== order.id), order])

/** Skips what an older version of the page has stored in another shape. */
export function parseSeen(stored: unknown): readonly SeenOrder[] {
  const list = z.array(z.unknown()).safeParse(stored).data ?? []
  return bounded(list.flatMap((one) => SeenOrder.safeParse(one).data ?? []))
}

const keyPrefix = 'seen.'
export const seenKey = (userId: string) => `${keyPrefix}${userId}`

/** Deletes what was stored for all users but one. */
export function deleteSeenOrders({ but }: { but: string | null }): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`callout.${keyPrefix}`) && key !== `callout.${seenKey(but ?? '')}`)
        localStorage.removeItem(key)
    }
  } catch {
    // Nothing could be stored either.
  }
}
