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

/** At least so long between two positions of one vendor, in milliseconds. */
const shortest = 1_000

/** More customers than a van is ever on its way to. */
const mostTracked = 20

/** Where vendors are: for admins always, for a customer while their vendor is on the way. Told and forgotten, never kept. */
export function createLocationsService({ store, publisher, clock }: LocationsDependencies) {
  const last = new Map<string, number>()

  return {
    /** A position sooner than a second after the last one is left out. Resolves when everybody concerned was told. */
    async reported({ id: vendorId }: Pick<Actor, 'id'>, { lat, lng, accuracy }: LocationReport) {
      const now = clock.now()
      if (now - (last.get(vendorId) ?? -Infinity) < shortest) return
      last.set(vendorId, now)
      const position = { lat, lng, accuracy: accuracy ?? null, at: isoTime(now) }
      publisher.vendorLocated({ vendorId, ...position })
      const scope = { kind: 'vendor', id: vendorId } as const
      const under = await store.orders
        .list({ scope, vendorId, statuses: trackedStatuses, limit: mostTracked })
        .catch((error: unknown) => {
          if (error instanceof UnavailableError) return [] // the next position comes in a second
          throw error
        })
      for (const { id, customer } of under) publisher.customerTracking(customer.id, { orderId: id, ...position })
    },
  }
}
