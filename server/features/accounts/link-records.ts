import type { LinkKind } from '#shared/accounts.ts'
import type { Role } from '#shared/actors.ts'
import { defineRecords, nullable, text, type RecordOf } from '../../storage/records.ts'
import type { Store } from '../../storage/store.ts'

/**
 * What links are for. No secret is stored: the token of a link follows from the record and a key of the server (links.ts).
 * `userId`: of an invitation, the id of a customer without an account, else ''; '' in a reset that was asked for by e-mail address. `email`: of the account; of an
 * `email` link, the new one, and `formerEmail` the one before.
 */
export const linkRecords = defineRecords({
  name: 'account_links',
  key: 'id',
  fields: {
    id: text(),
    kind: text<LinkKind>(),
    userId: text(),
    email: text(),
    formerEmail: nullable(text()),
    /** Of the person invited. */
    name: nullable(text()),
    role: nullable(text<Role>()),
    createdAt: text(),
    usedAt: nullable(text()),
    expiresAt: nullable(text()),
  },
  indexes: { byUser: ['userId', 'kind'], byEmail: ['email', 'kind'], byKind: ['kind', 'createdAt'] },
  expires: 'expiresAt',
})

export type LinkRecord = RecordOf<typeof linkRecords>

export type LinkStore = ReturnType<typeof createLinkStore>

export function createLinkStore({ collection }: Pick<Store, 'collection'>) {
  const links = collection(linkRecords)
  return {
    create: links.create,
    get: links.get,
    byUser: (userId: string, kind: LinkKind) => links.list({ index: 'byUser', where: { userId, kind } }),
    byEmail: (email: string, kind: LinkKind) => links.list({ index: 'byEmail', where: { email, kind } }),
    /** Newest first. */
    byKind: (kind: LinkKind) => links.list({ index: 'byKind', where: { kind }, descending: true }),
    /** Null when it was used, or is not there. */
    renew: (id: string, change: Pick<LinkRecord, 'name' | 'role' | 'expiresAt'>) =>
      links.change(id, change, { usedAt: null }),
    /** Whether this call is its one use. */
    use: async (id: string, usedAt: string) => (await links.change(id, { usedAt }, { usedAt: null })) !== null,
    remove: links.delete,
    sweep: links.sweep,
  }
}
