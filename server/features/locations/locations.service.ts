import type { Actor, Who } from '#shared/actors.ts'
import { trackedStatuses } from '#shared/order-status.ts'
import type { Position } from '#shared/position.ts'
import type { OrderPosition, PlaceInTime, VendorPosition } from '#shared/vendor-positions.ts'
import { viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError, UnavailableError } from '../../lib/errors.ts'
import type { Core } from '../feature.ts'
import type { Store } from '../../storage/store.ts'
import { setOffAt, type Arrivals } from './arrivals.ts'
import { keptFor, type PositionStore } from './position-records.ts'

export interface LocationsDependencies {
  store: Pick<Store, 'orders' | 'users'>
  positions: Pick<PositionStore, 'keep' | 'lastOf' | 'since'>
  arrivals: Arrivals
  publish: Core['publish']
  clock: Clock
}

export type LocationsService = ReturnType<typeof createLocationsService>

/** Positions of one vendor that arrive sooner than this after the last one are dropped. Milliseconds. */
const shortestInterval = 1_000
/** Of one vendor's positions one in this time is stored. Milliseconds. */
const storedEvery = 5_000
/** A position is news for so long: a phone without a network sends those of its whole way afterwards. Milliseconds. */
const liveFor = 60_000
/** The part of the way that an estimate of the arrival is made from. Milliseconds. */
const trackLength = 10 * 60_000

/** Limits the query; a vendor is rarely on the way to more than one customer. */
const trackedOrders = 20

interface Track {
  lastPublished: number
  lastStored: number
  places: PlaceInTime[]
}

/** Positions of vendors: admins receive all of them, a customer those of a vendor on the way to them. Kept for a day. */
export function createLocationsService(dependencies: LocationsDependencies) {
  const { store, positions, arrivals, publish, clock } = dependencies
  const tracks = new Map<string, Track>()

  const ago = (milliseconds: number) => isoTime(clock.now() - milliseconds)

  /** Without the database no position is lost that the next one does not replace. */
  const orNone =
    <T>(none: T) =>
    (error: unknown): T => {
      if (error instanceof UnavailableError) return none
      throw error
    }

  async function trackOf(vendorId: string): Promise<Track> {
    const known = tracks.get(vendorId)
    if (known) return known
    const places = await positions.since(vendorId, ago(trackLength)).catch(orNone<PlaceInTime[]>([]))
    const track = tracks.get(vendorId) ?? { lastPublished: -Infinity, lastStored: -Infinity, places }
    tracks.set(vendorId, track)
    return track
  }

  async function tellCustomers(vendorId: string, place: PlaceInTime, track: Track): Promise<void> {
    const scope = { kind: 'vendor', id: vendorId } as const
    const orders = await store.orders
      .list({ scope, vendorId, statuses: trackedStatuses, limit: trackedOrders })
      .catch(orNone([]))
    for (const order of orders) {
      // The position may have been measured seconds ago, before the vendor set off.
      if (place.at < (setOffAt(order) ?? '')) continue
      const eta = await arrivals.of(order, track.places).catch(orNone(null))
      const event = { orderId: order.id, ...place, ...(eta && { eta }) }
      publish('customerTracking', { customerId: order.customer.id }, event)
    }
  }

  return {
    /**
     * `measuredAt`: when the vendor was there, in ms; now without it. Resolves when the position is published and stored, or dropped
     * because it came too soon.
     */
    async report(
      { id: vendorId }: Pick<Actor, 'id'>,
      { lat, lng, accuracy }: Position & { accuracy?: number },
      measuredAt = clock.now(),
    ): Promise<void> {
      const now = clock.now()
      const time = Math.min(measuredAt, now)
      if (now - time > keptFor) return
      const track = await trackOf(vendorId)
      const place = { lat, lng, accuracy: accuracy ?? null, at: isoTime(time) }
      const isNews = now - time < liveFor && place.at > (track.places.at(-1)?.at ?? '')
      if (isNews) {
        const arrived = clock.monotonic()
        if (arrived - track.lastPublished < shortestInterval) return
        track.lastPublished = arrived
        track.places = [...track.places.filter(({ at }) => at > ago(trackLength)), place]
        publish('vendorLocation', {}, { vendorId, ...place })
      }
      if (Math.abs(time - track.lastStored) >= storedEvery) {
        track.lastStored = time
        await positions.keep(vendorId, place).catch(orNone(undefined))
      }
      if (isNews) await tellCustomers(vendorId, place, track)
    },

    /** Where the vendor of an order is, while on the way. Throws not_found for a caller who is no party of the order. */
    async ofOrder(who: Who, orderId: string): Promise<OrderPosition> {
      const order = await store.orders.byId(orderId)
      if (!order || viewFor(who, order) !== 'full') throw new DomainError('not_found', 'There is no such order.')
      const since = setOffAt(order)
      if (since === null || !order.vendor) return { position: null, eta: null }
      const [position, track] = await Promise.all([
        positions.lastOf(order.vendor.id, since),
        positions.since(order.vendor.id, ago(trackLength)),
      ])
      return { position, eta: await arrivals.of(order, track) }
    },

    /** The last known positions of a vendor, or of all active ones for an admin. */
    async last({ id, role }: Pick<Who, 'id' | 'role'>): Promise<VendorPosition[]> {
      const vendors = role === 'vendor' ? [{ id }] : await store.users.list({ role: 'vendor', active: true })
      const found = await lastPlaces(vendors.map((vendor) => vendor.id))
      return [...found].map(([vendorId, place]) => ({ vendorId, ...place }))
    },

    lastOf: lastPlaces,

    path: (vendorId: string, since = ago(keptFor)): Promise<PlaceInTime[]> =>
      positions.since(vendorId, since < ago(keptFor) ? ago(keptFor) : since),

    /** What is remembered of a vendor is forgotten. */
    forget: (vendorId: string): void => void tracks.delete(vendorId),
  }

  async function lastPlaces(vendorIds: readonly string[]): Promise<Map<string, PlaceInTime>> {
    const since = ago(keptFor)
    const found = await Promise.all(
      vendorIds.map(async (vendorId) => [vendorId, await positions.lastOf(vendorId, since)] as const),
    )
    return new Map(found.flatMap(([vendorId, place]) => (place ? [[vendorId, place] as const] : [])))
  }
}
