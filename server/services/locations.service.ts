import type { Actor } from '#shared/actors.ts'
import { trackedStatuses } from '#shared/order-status.ts'
import type { LocationEvent, LocationReport, TrackingEvent } from '#shared/device-messages.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { Store } from '../storage/store.ts'
import { UnavailableError } from '../lib/errors.ts'

export interface LocationsDependencies {
  store: Pick<Store, 'orders'>
  publisher: {
    vendorLocated(event: LocationEvent): void
    customerTracking(customerId: string, event: TrackingEvent): void
  }
  clock: Clock
}

export type LocationsService = ReturnType<typeof createLocationsService>

/** Minimum time between two positions of one vendor, in ms. */
const minInterval = 1_000

/** More customers than a vendor is on the way to at once. */
const maxTracked = 20

/** Publishes vendors' positions: to admins always, to a customer while the order is tracked. Positions are never stored. */
export function createLocationsService({ store, publisher, clock }: LocationsDependencies) {
  const last = new Map<string, number>()

  return {
    /** Drops a position sent within a second after the last one. Resolves when the position is published. */
    async reported({ id: vendorId }: Pick<Actor, 'id'>, { lat, lng, accuracy }: LocationReport) {
      const now = clock.now()
      if (now - (last.get(vendorId) ?? -Infinity) < minInterval) return
      last.set(vendorId, now)
      const position = { lat, lng, accuracy: accuracy ?? null, at: isoTime(now) }
      publisher.vendorLocated({ vendorId, ...position })
      const scope = { kind: 'vendor', id: vendorId } as const
      const tracked = await store.orders
        .list({ scope, vendorId, statuses: trackedStatuses, limit: maxTracked })
        .catch((error: unknown) => {
          if (error instanceof UnavailableError) return [] // The next position follows in a second.
          throw error
        })
      for (const { id, customer } of tracked) publisher.customerTracking(customer.id, { orderId: id, ...position })
    },
  }
}
