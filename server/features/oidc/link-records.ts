import { createHash } from 'node:crypto'
import { defineRecords, text } from '../../storage/records.ts'
import type { Store } from '../../storage/store.ts'

/** Which account belongs to a person at the provider. `id`: a hash of issuer and subject, which identify that person. */
export const oidcLinkRecords = defineRecords({
  name: 'oidcLinks',
  key: 'id',
  fields: { id: text(), issuer: text(), subject: text(), userId: text(), createdAt: text() },
  indexes: {},
})

const idOf = (issuer: string, subject: string): string =>
  createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url')

export function createLinkStore({ collection }: Pick<Store, 'collection'>) {
  const links = collection(oidcLinkRecords)
  return {
    userOf: async (issuer: string, subject: string): Promise<string | null> =>
      (await links.get(idOf(issuer, subject)))?.userId ?? null,
    /** Throws DuplicateError when this person has an account. */
    create: (link: { issuer: string; subject: string; userId: string; createdAt: string }): Promise<void> =>
      links.create({ id: idOf(link.issuer, link.subject), ...link }),
  }
}

export type LinkStore = ReturnType<typeof createLinkStore>
