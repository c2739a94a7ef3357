import type { VendorRating } from '#shared/order-outcome.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { RatingStore, VendorRatings } from './rating-records.ts'

export interface VendorAveragesDependencies {
  ratings: RatingStore
  orders: Pick<Store['orders'], 'byId'>
}

/**
 * How vendors are rated on average. The counts of a vendor are one record; what an order counts for is another. Neither
 * can be lost or counted twice: the vendor's record is written first, on condition that it is unchanged, and names the order
 * with its stars; whoever writes it next stores that in the order's record before.
 */
export function createVendorAverages({ ratings, orders }: VendorAveragesDependencies) {
  /** Counts the order for this vendor as it is now. */
  async function settle(orderId: string, vendorId: string): Promise<void> {
    for (;;) {
      // Read before the order: a newer rating that is counted meanwhile makes the write below fail.
      const vendor = (await ratings.ofVendor(vendorId)) ?? (await ratings.startVendor(vendorId))
      if (vendor.last) await ratings.note({ ...vendor.last, vendorId, change: vendor.changes })
      const order = await orders.byId(orderId)
      if (!order) return
      const stars = (order.vendor?.id === vendorId && order.rating?.stars) || 0
      const before = await ratings.starsOf(orderId, vendorId)
      if (stars === before) return
      const counts = vendor.counts.map((count, n) => count + Number(n + 1 === stars) - Number(n + 1 === before))
      if (!(await ratings.replaceVendor(vendor, { counts, last: { orderId, stars } }))) continue
      return ratings.note({ orderId, vendorId, stars, change: vendor.changes + 1 })
    }
  }

  return {
    /** To be called with every change of an order. */
    async orderChanged({ id, vendor, rating }: OrderRecord): Promise<void> {
      if (!rating) return
      const before = (await ratings.ofOrder(id)).map(({ vendorId }) => vendorId)
      for (const vendorId of new Set([...before, ...(vendor ? [vendor.id] : [])])) await settle(id, vendorId)
    },
    async of(vendorId: string): Promise<VendorRating | null> {
      const found = await ratings.ofVendor(vendorId)
      return found && averageOf(found)
    },
    /** By the vendor's id; those without a rating are absent. */
    async all(): Promise<ReadonlyMap<string, VendorRating>> {
      return new Map(
        (await ratings.all()).flatMap((one): [string, VendorRating][] => {
          const average = averageOf(one)
          return average ? [[one.vendorId, average]] : []
        }),
      )
    },
  }
}

function averageOf({ counts }: VendorRatings): VendorRating | null {
  const count = counts.reduce((sum, n) => sum + n, 0)
  const stars = counts.reduce((sum, n, index) => sum + n * (index + 1), 0)
  return count > 0 ? { average: Math.round((stars / count) * 10) / 10, count } : null
}
