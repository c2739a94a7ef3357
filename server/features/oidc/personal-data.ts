import type { Store } from '../../storage/store.ts'
import type { PersonalData } from '../feature.ts'
import { oidcLinkRecords } from './link-records.ts'

export function createPersonalData({ collection }: Pick<Store, 'collection'>): PersonalData {
  const links = collection(oidcLinkRecords)
  return {
    exportOf: async ({ id: userId }) => ({
      signInProviders: (await links.list({ where: { userId } })).map(({ issuer, subject, createdAt }) => {
        return { issuer, subject, createdAt }
      }),
    }),

    async erase({ id: userId }) {
      for (const { id } of await links.list({ where: { userId } })) await links.delete(id)
    },
  }
}
