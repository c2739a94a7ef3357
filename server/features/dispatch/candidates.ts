import { distanceBetween } from '#shared/geo.ts'
import type { RoundsRule } from '#shared/offers.ts'
import type { Contact } from '#shared/orders.ts'
import type { Position } from '#shared/position.ts'
import { positionOf } from '../../services/order-details.ts'
import type { Core } from '../feature.ts'

export interface CandidatesDependencies {
  store: { orders: Pick<Core['store']['orders'], 'activeCounts'> }
  presence: Pick<Core['presence'], 'isOnline'>
  /** The last known positions of these vendors. */
  positions: (vendorIds: readonly string[]) => Promise<ReadonlyMap<string, Position>>
}

export type Candidates = ReturnType<typeof createCandidates>

/** Who is asked first. */
export function createCandidates({ store, presence, positions }: CandidatesDependencies) {
  /** By vendor, in metres; empty when the order has no position. */
  async function distancesTo(contact: Contact, vendors: readonly { id: string }[]) {
    const place = positionOf(contact)
    if (!place) return new Map<string, number>()
    const last = await positions(vendors.map(({ id }) => id))
    return new Map([...last].map(([id, position]) => [id, distanceBetween(position, place)]))
  }

  return {
    distancesTo,

    /**
     * Those who are online come first, then the nearest or those with the fewest jobs; vendors at the same distance, or
     * without a position, by their jobs. `last`: whose job it was until now.
     */
    async sorted(vendors: readonly { id: string }[], to: RoundsRule['to'], contact: Contact, last?: string) {
      const [jobs, distances] = await Promise.all([
        store.orders.activeCounts(),
        to === 'nearest' ? distancesTo(contact, vendors) : new Map<string, number>(),
      ])
      const ranked = vendors.map(({ id }) => ({
        id,
        rank: [
          Number(id === last),
          Number(!presence.isOnline(id)),
          distances.get(id) ?? Number.MAX_VALUE,
          jobs.get(id) ?? 0,
        ],
      }))
      return ranked
        .toSorted((one, other) => compare(one.rank, other.rank) || (one.id < other.id ? -1 : 1))
        .map(({ id }) => id)
    },
  }
}

function compare(one: readonly number[], other: readonly number[]): number {
  const n = one.findIndex((value, at) => value !== other[at])
  return n < 0 ? 0 : (one[n] ?? 0) - (other[n] ?? 0)
}
