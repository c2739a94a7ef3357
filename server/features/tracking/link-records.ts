import { defineRecords, nullable, text, type RecordOf } from '../../storage/records.ts'
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
    expiresAt: nullable(text()),
  },
  indexes: { byCustomer: ['customerId', 'createdAt'] },
  expires: 'expiresAt',
})

type StoredLink = RecordOf<typeof linkRecords>

export interface LinkRecord extends StoredLink {
  expiresAt: string
}

/** Every link expires; one without a time is treated as expired. */
const withExpiry = (link: StoredLink): LinkRecord => ({ ...link, expiresAt: link.expiresAt ?? '' })

export type LinkStore = ReturnType<typeof createLinkStore>

export function createLinkStore({ collection }: Pick<Store, 'collection'>) {
  const links = collection(linkRecords)
  return {
    async get(orderId: string): Promise<LinkRecord | null> {
      const link = await links.get(orderId)
      return link && withExpiry(link)
    },
    async ofCustomer(customerId: string): Promise<LinkRecord[]> {
      return (await links.list({ index: 'byCustomer', where: { customerId } })).map(withExpiry)
    },
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
    async extend({ orderId, id }: LinkRecord, expiresAt: string): Promise<LinkRecord | null> {
      const link = await links.change(orderId, { expiresAt }, { id })
      return link && withExpiry(link)
    },
    /** False when there is none, or another than `id`. */
    remove: (orderId: string, id?: string): Promise<boolean> => links.delete(orderId, id === undefined ? {} : { id }),
    sweep: links.sweep,
  }
}
