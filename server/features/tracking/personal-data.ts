import type { PersonalData } from '../feature.ts'
import type { LinkStore } from './link-records.ts'
import type { LinksService } from './links.service.ts'

export interface PersonalDataDependencies {
  links: Pick<LinkStore, 'ofCustomer'>
  forget: LinksService['forget']
}

export const createPersonalData = ({ links, forget }: PersonalDataDependencies): PersonalData => ({
  async exportOf({ id }) {
    const own = await links.ofCustomer(id)
    return { trackingLinks: own.map(({ orderId, createdAt, expiresAt }) => ({ orderId, createdAt, expiresAt })) }
  },

  async erase({ id }) {
    for (const { orderId } of await links.ofCustomer(id)) await forget(orderId)
  },
})
