import type { Store } from '../../storage/store.ts'
import type { PersonalData } from '../feature.ts'
import { linkRecords } from './link-records.ts'
import { profileRecords } from './profile-records.ts'

export function createPersonalData({ collection }: Pick<Store, 'collection'>): PersonalData {
  const [links, profiles] = [collection(linkRecords), collection(profileRecords)]

  const linksOf = async ({ id, email }: { id: string; email: string }) =>
    (
      await Promise.all([{ userId: id }, { email }, { formerEmail: email }].map((where) => links.list({ where })))
    ).flat()

  return {
    async exportOf(person) {
      const sent = new Map((await linksOf(person)).map((link) => [link.id, link]))
      return {
        profile: await profiles.get(person.id),
        links: [...sent.values()].map(({ id: _id, ...link }) => link),
      }
    },

    async erase(person) {
      await profiles.delete(person.id)
      for (const { id } of await linksOf(person)) await links.delete(id)
    },
  }
}
