import type { Actor } from '#shared/actors.ts'
import type { Order } from '#shared/orders.ts'
import { mayRate, type OrderRating, type RateOrder } from '#shared/ratings.ts'
import { viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { OrderAmendments } from '../../services/order-amendments.ts'
import { presentOrder } from '../../services/presenters.ts'
import type { Store } from '../../storage/store.ts'
import type { createVendorAverages } from './vendor-averages.ts'

export interface RatingsDependencies {
  amendments: OrderAmendments
  orders: Pick<Store['orders'], 'byId'>
  averages: Pick<ReturnType<typeof createVendorAverages>, 'of' | 'orderChanged'>
  clock: Clock
}

export type RatingsService = ReturnType<typeof createRatingsService>

export function createRatingsService({ amendments, orders, averages, clock }: RatingsDependencies) {
  return {
    /** Throws not_found, or rating_closed before the order is completed and a week after the first rating. */
    rate: (actor: Actor, id: string, { stars, text = '' }: RateOrder): Promise<Order> =>
      amendments.amend(actor, id, {}, (order) => {
        const now = clock.now()
        if (!mayRate(actor, order, now)) throw new DomainError('rating_closed')
        return { rating: { stars, text, at: order.rating?.at ?? isoTime(now) } }
      }),

    /** Throws not_found. */
    async of(actor: Actor, id: string): Promise<OrderRating> {
      const order = await orders.byId(id)
      const view = order && viewFor(actor, order)
      if (!order || !view || view === 'gone') throw new DomainError('not_found', 'There is no such order.')
      // The page asks as soon as it receives the rated order, which may not be counted yet.
      await averages.orderChanged(order)
      return {
        rating: presentOrder(order, view).rating ?? null,
        vendor: order.vendor && (await averages.of(order.vendor.id)),
      }
    },
  }
}
