import type { Position } from '#shared/position.ts'
import type { PlaceInTime } from '#shared/vendor-positions.ts'
import { isoTime } from '../../lib/clock.ts'
import { defineRecords, json, nullable, text } from '../../storage/records.ts'
import type { Store } from '../../storage/store.ts'

/** For how long positions are kept, in ms. */
export const keptFor = 24 * 3_600_000

/** Where vendors were. `at`: when; `key`: the vendor's id and that time. */
export const positionRecords = defineRecords({
  name: 'vendor_positions',
  key: 'key',
  fields: {
    key: text(),
    vendorId: text(),
    at: text(),
    place: json<Position & { accuracy: number | null }>(),
    expiresAt: nullable(text()),
  },
  indexes: { byVendor: ['vendorId', 'at'] },
  expires: 'expiresAt',
})

export type PositionStore = ReturnType<typeof createPositionStore>

const pageSize = 1_000

export function createPositionStore({ collection }: Pick<Store, 'collection'>) {
  const positions = collection(positionRecords)

  async function* pages(vendorId: string, since?: string) {
    let after = since === undefined ? undefined : { at: since, key: '' }
    for (;;) {
      const page = await positions.list({ index: 'byVendor', where: { vendorId }, after, limit: pageSize })
      yield page
      const last = page.at(-1)
      if (page.length < pageSize || !last) return
      after = last
    }
  }

  return {
    keep: (vendorId: string, { lat, lng, accuracy, at }: PlaceInTime): Promise<void> =>
      positions.put({
        key: `${vendorId}_${at}`,
        vendorId,
        at,
        place: { lat, lng, accuracy },
        expiresAt: isoTime(Date.parse(at) + keptFor),
      }),

    /** The last one since a time, if there is one. */
    async lastOf(vendorId: string, since: string): Promise<PlaceInTime | null> {
      const [last] = await positions.list({ index: 'byVendor', where: { vendorId }, descending: true, limit: 1 })
      return last && last.at >= since ? { ...last.place, at: last.at } : null
    },

    /** Oldest first. */
    async since(vendorId: string, since: string): Promise<PlaceInTime[]> {
      const path: PlaceInTime[] = []
      for await (const page of pages(vendorId, since)) path.push(...page.map(({ place, at }) => ({ ...place, at })))
      return path
    },

    async removeOf(vendorId: string): Promise<void> {
      for await (const page of pages(vendorId)) for (const { key } of page) await positions.delete(key)
    },

    sweep: positions.sweep,
  }
}
