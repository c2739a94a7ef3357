import { createHmac, type KeyObject } from 'node:crypto'
import type { LinkKind } from '#shared/accounts.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { equalInConstantTime } from '../../lib/constant-time.ts'
import { DomainError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { Store, UserRecord } from '../../storage/store.ts'
import type { LinkRecord, LinkStore } from './link-records.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** How long a link of each kind is valid, in ms, and the page that it opens. */
const kinds: Record<LinkKind, { lifetime: number; page: string }> = {
  reset: { lifetime: 30 * minute, page: 'reset' },
  email: { lifetime: day, page: 'confirm' },
  verification: { lifetime: day, page: 'confirm' },
  invitation: { lifetime: 7 * day, page: 'invitation' },
}

export interface LinksDependencies {
  links: LinkStore
  users: Pick<Store['users'], 'byId' | 'byEmail'>
  key: KeyObject
  publicUrl: () => string
  clock: Clock
}

export type Links = ReturnType<typeof createLinks>

/** What a link opens: `user` is the account that it concerns, null for an invitation. */
export interface OpenedLink {
  link: LinkRecord
  user: UserRecord | null
}

type NewLink = Pick<LinkRecord, 'kind' | 'email'> &
  Partial<Pick<LinkRecord, 'userId' | 'formerEmail' | 'name' | 'role'>>

/**
 * Links that let a person act without a password, each once and for a limited time. A token is `<id>.<signature>`: the
 * database holds nothing that opens an account. The signature covers the account's e-mail address and password hash, so
 * that a new password or address ends every other link of the account.
 */
export function createLinks({ links, users, key, publicUrl, clock }: LinksDependencies) {
  const expiryOf = (kind: LinkKind, now = clock.now()) => isoTime(now + kinds[kind].lifetime)

  const isOpen = ({ usedAt, expiresAt }: LinkRecord) =>
    usedAt === null && expiresAt !== null && expiresAt > isoTime(clock.now())

  /** The active account that a link concerns. */
  async function accountOf({ userId, email }: LinkRecord): Promise<UserRecord | null> {
    const user = await (userId === '' ? users.byEmail(email) : users.byId(userId))
    return user?.active ? user : null
  }

  function tokenOf({ id, kind, email }: LinkRecord, user: UserRecord | null): string {
    const account = user === null ? [] : [user.id, user.email, user.passwordHash]
    const signed = JSON.stringify([id, kind, email, ...account])
    return `${id}.${createHmac('sha256', key).update(signed).digest('base64url')}`
  }

  /** The link and its account, if it can be used now; else null. */
  async function current(id: string): Promise<OpenedLink | null> {
    const link = await links.get(id)
    if (!link || !isOpen(link)) return null
    if (link.kind === 'invitation') return { link, user: null }
    const user = await accountOf(link)
    return user && { link, user }
  }

  return {
    current,
    expiryOf,
    isOpen,

    async create({ kind, email, userId = '', formerEmail = null, name = null, role = null }: NewLink) {
      const now = clock.now()
      const [id, createdAt, expiresAt] = [newId(), isoTime(now), expiryOf(kind, now)]
      const link = { id, kind, userId, email, formerEmail, name, role, createdAt, usedAt: null, expiresAt }
      await links.create(link)
      return link
    },

    /** The token is in the fragment, which browsers send to no server: no log and no Referer has it. */
    urlOf: ({ link, user }: OpenedLink) => `${publicUrl()}/${kinds[link.kind].page}#${tokenOf(link, user)}`,

    /** Throws invalid_link when the token opens no link of one of these kinds. */
    async open(token: string, allowed: readonly LinkKind[]): Promise<OpenedLink> {
      const found = await current(token.split('.', 1)[0] ?? '')
      if (!found || !allowed.includes(found.link.kind)) throw new DomainError('invalid_link')
      if (!equalInConstantTime(tokenOf(found.link, found.user), token)) throw new DomainError('invalid_link')
      return found
    },

    /** To be called before the effect. Throws invalid_link for all but the first call. */
    async use({ id }: LinkRecord): Promise<void> {
      if (!(await links.use(id, isoTime(clock.now())))) throw new DomainError('invalid_link')
    },
  }
}
