import { defineRecords, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/** The link to an order: at most one. `id`: another for each link, so that a token of a revoked one is never valid again. */
export const linkRecords = defineRecords({
  name: 'tracking_links',
  key: 'orderId',
  fields: {
    orderId: text(),
    id: text(),
    customerId: text(),
    secretHash: text(),
    createdAt: text(),
    expiresAt: text(),
  },
  indexes: { byCustomer: ['customerId', 'createdAt'] },
  expires: 'expiresAt',
})

export type LinkRecord = RecordOf<typeof linkRecords>

export type LinkStore = ReturnType<typeof createLinkStore>

export function createLinkStore({ collection }: Pick<Store, 'collection'>) {
  const links = collection(linkRecords)
  return {
    get: links.get,
    ofCustomer: (customerId: string): Promise<LinkRecord[]> =>
      links.list({ index: 'byCustomer', where: { customerId } }),
    /** False when the order has another link meanwhile. */
    async create(link: LinkRecord): Promise<boolean> {
      try {
        await links.create(link)
        return true
      } catch (error) {
        if (error instanceof DuplicateError) return false
        throw error
      }
    },
    /** null when it was revoked or replaced meanwhile. */
    extend: ({ orderId, id }: LinkRecord, expiresAt: string): Promise<LinkRecord | null> =>
      links.change(orderId, { expiresAt }, { id }),
    /** False when there is none, or another than `id`. */
    remove: (orderId: string, id?: string): Promise<boolean> => links.delete(orderId, id === undefined ? {} : { id }),
    sweep: links.sweep,
  }
}
