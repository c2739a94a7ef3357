import type { FeatureModule } from '../feature.ts'
import { countedRatingRecords, createRatingStore, vendorRatingRecords } from './rating-records.ts'
import { createRatingsService } from './ratings.service.ts'
import { ratingRoutes } from './routes.ts'
import { createVendorAverages } from './vendor-averages.ts'

/** What customers say of the work, and the averages of vendors. */
export const ratings: FeatureModule = {
  name: 'ratings',
  records: [countedRatingRecords, vendorRatingRecords],
  create({ store, events, amendments, clock }) {
    const stored = createRatingStore(store)
    const averages = createVendorAverages({ ratings: stored, orders: store.orders })
    events.withEveryChange(averages.orderChanged)
    return {
      routes: ratingRoutes(createRatingsService({ amendments, orders: store.orders, averages, clock })),
      vendorRatings: averages.all,
      personalData: {
        exportOf: async ({ id, role }) => ({ ratings: role === 'vendor' ? await averages.of(id) : null }),
        erase: ({ id }) => stored.removeOfVendor(id),
      },
      /** Ratings of orders that are gone still count. */
      async ordersRemoved(orders) {
        for (const { id } of orders) await stored.removeOfOrder(id)
      },
    }
  },
}
