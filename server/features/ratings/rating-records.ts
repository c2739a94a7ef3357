import { defineRecords, integer, json, nullable, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/** How many stars an order counts for at a vendor. `change`: of the vendor's record, by which it was counted. */
export const countedRatingRecords = defineRecords({
  name: 'counted_ratings',
  key: 'key',
  fields: { key: text(), orderId: text(), vendorId: text(), stars: integer(), change: integer() },
  indexes: { byOrder: ['orderId'], byVendor: ['vendorId'] },
})

type CountedRating = RecordOf<typeof countedRatingRecords>

/**
 * The ratings of a vendor: how many of one star, of two … `changes`: how often it was written. `last`: the order with which
 * it was written last, so that a crash before the order's own record is made up for.
 */
export const vendorRatingRecords = defineRecords({
  name: 'vendor_ratings',
  key: 'vendorId',
  fields: {
    vendorId: text(),
    counts: json<number[]>(),
    changes: integer(),
    last: nullable(json<{ orderId: string; stars: number }>()),
  },
  indexes: {},
})

export type VendorRatings = RecordOf<typeof vendorRatingRecords>

export type RatingStore = ReturnType<typeof createRatingStore>

const keyOf = (orderId: string, vendorId: string) => `${orderId}_${vendorId}`

export function createRatingStore({ collection }: Pick<Store, 'collection'>) {
  const counted = collection(countedRatingRecords)
  const vendors = collection(vendorRatingRecords)

  /** Whether this call created it. */
  async function create<Stored>(into: { create(record: Stored): Promise<void> }, record: Stored): Promise<boolean> {
    try {
      await into.create(record)
      return true
    } catch (error) {
      if (error instanceof DuplicateError) return false
      throw error
    }
  }

  return {
    ofVendor: vendors.get,
    all: (): Promise<VendorRatings[]> => vendors.list(),
    async startVendor(vendorId: string): Promise<VendorRatings> {
      const record = { vendorId, counts: [0, 0, 0, 0, 0], changes: 0, last: null }
      await create(vendors, record)
      return (await vendors.get(vendorId)) ?? record
    },
    /** Whether no one else has written it since it was read. */
    replaceVendor: async ({ vendorId, changes }: VendorRatings, by: Pick<VendorRatings, 'counts' | 'last'>) =>
      (await vendors.change(vendorId, { ...by, changes: changes + 1 }, { changes })) !== null,
    starsOf: async (orderId: string, vendorId: string): Promise<number> =>
      (await counted.get(keyOf(orderId, vendorId)))?.stars ?? 0,
    ofOrder: (orderId: string): Promise<CountedRating[]> => counted.list({ index: 'byOrder', where: { orderId } }),
    /** Stores what was counted, unless something newer is stored. */
    async note(record: Omit<CountedRating, 'key'>): Promise<void> {
      const key = keyOf(record.orderId, record.vendorId)
      for (;;) {
        const found = await counted.get(key)
        if (found && found.change >= record.change) return
        if (!found && (await create(counted, { key, ...record }))) return
        if (found && (await counted.change(key, record, { change: found.change }))) return
      }
    },
    async removeOfOrder(orderId: string): Promise<void> {
      for (const { key } of await counted.list({ index: 'byOrder', where: { orderId } })) await counted.delete(key)
    },
    async removeOfVendor(vendorId: string): Promise<void> {
      for (;;) {
        const page = await counted.list({ index: 'byVendor', where: { vendorId }, limit: 200 })
        for (const { key } of page) await counted.delete(key)
        if (page.length < 200) break
      }
      await vendors.delete(vendorId)
    },
  }
}
