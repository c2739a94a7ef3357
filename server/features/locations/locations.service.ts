import type { Actor } from '#shared/actors.ts'
import type { LocationReport } from '#shared/device-messages.ts'
import { trackedStatuses } from '#shared/order-status.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { Core } from '../feature.ts'
import type { Store } from '../../storage/store.ts'

export interface LocationsDependencies {
  store: Pick<Store, 'orders'>
  publish: Core['publish']
  clock: Clock
}

export type LocationsService = ReturnType<typeof createLocationsService>

/** Positions of one vendor that arrive sooner than this after the last one are dropped. Milliseconds. */
const shortestInterval = 1_000

/** Limits the query; a vendor is rarely on the way to more than one customer. */
const trackedOrders = 20

/** Positions of vendors: admins receive all of them, a customer those of a vendor on the way to them. Never stored. */
export function createLocationsService({ store, publish, clock }: LocationsDependencies) {
  const lastPublished = new Map<string, number>()

  return {
    /** Resolves when the position is published, or dropped because it came too soon. */
    async report({ id: vendorId }: Pick<Actor, 'id'>, { lat, lng, accuracy }: LocationReport): Promise<void> {
      const arrived = clock.monotonic()
      if (arrived - (lastPublished.get(vendorId) ?? -Infinity) < shortestInterval) return
      lastPublished.set(vendorId, arrived)
      const position = { lat, lng, accuracy: accuracy ?? null, at: isoTime(clock.now()) }
      publish('vendorLocation', {}, { vendorId, ...position })
      const scope = { kind: 'vendor', id: vendorId } as const
      const orders = await store.orders
        .list({ scope, vendorId, statuses: trackedStatuses, limit: trackedOrders })
        .catch((error: unknown) => {
          if (error instanceof UnavailableError) return [] // the next position follows in a second
          throw error
        })
      for (const { id, customer } of orders) {
        publish('customerTracking', { customerId: customer.id }, { orderId: id, ...position })
      }
    },
  }
}
