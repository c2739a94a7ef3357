import type { Role } from '#shared/actors.ts'
import { email as emailField } from '#shared/email.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DuplicateError, type Store, type UserRecord } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import type { LinkStore } from './link-records.ts'
import type { Claims, OidcSettings } from './provider.ts'

/** Why a person of the provider gets no session; the page shows it. */
export type Refusal = 'email' | 'role' | 'inactive' | 'registration'

export interface OidcAccountsDependencies {
  settings: Pick<OidcSettings, 'roleClaim' | 'adminValues' | 'vendorValues'>
  links: LinkStore
  store: Pick<Store, 'users'>
  users: Pick<Core['users'], 'createWithoutPassword' | 'endPassword' | 'verified'>
  registration: Pick<Core['registration'], 'isOpen' | 'invitationOf'>
  clock: Pick<Clock, 'now'>
}

/** Finds or creates the account of a person at the provider. */
export function createOidcAccounts({ settings, links, store, users, registration, clock }: OidcAccountsDependencies) {
  /** null: the provider says nothing about roles. */
  function roleOf(claims: Claims): Role | null {
    const { roleClaim, adminValues, vendorValues } = settings
    if (roleClaim === null) return null
    const claim = claims[roleClaim]
    const values = Array.isArray(claim) ? claim : [claim]
    if (adminValues.some((value) => values.includes(value))) return 'admin'
    return vendorValues.some((value) => values.includes(value)) ? 'vendor' : 'customer'
  }

  async function link(claims: Claims, user: UserRecord): Promise<UserRecord> {
    const { iss: issuer, sub: subject } = claims
    try {
      await links.create({ issuer, subject, userId: user.id, createdAt: isoTime(clock.now()) })
    } catch (error) {
      // A second tab has signed in at the same time.
      if (!(error instanceof DuplicateError)) throw error
    }
    return user
  }

  /**
   * The account with the person's address, now linked. A customer's password ends: the person who registered with the address
   * has not shown that it is theirs.
   */
  async function adopt(claims: Claims, existing: UserRecord): Promise<UserRecord> {
    const user = existing.role === 'customer' ? await users.endPassword(existing.id) : existing
    await users.verified(existing.id)
    return link(claims, user ?? existing)
  }

  /** null unless the provider has verified it: it may belong to another person. */
  function verifiedEmail({ email, email_verified }: Claims): string | null {
    const { data } = emailField.safeParse(email)
    return email_verified === true && data !== undefined ? data : null
  }

  function refusalOf({ active, role }: UserRecord, claims: Claims): Refusal | null {
    if (!active) return 'inactive'
    const wanted = roleOf(claims)
    return wanted === null || wanted === role ? null : 'role'
  }

  /**
   * A new account: an invited person's, a member's of a group for staff, or, while registration is open, a customer's. The
   * provider's role counts more than the invitation's, as it does for an account that exists.
   */
  async function create(claims: Claims, email: string): Promise<UserRecord | Refusal> {
    const invited = await registration.invitationOf(email)
    const role = roleOf(claims) ?? invited?.role ?? 'customer'
    if (invited && invited.role !== role) return 'role'
    if (!invited && role === 'customer' && !registration.isOpen) return 'registration'
    const name = typeof claims.name === 'string' ? claims.name.trim().slice(0, 100) : ''
    const user = await users.createWithoutPassword({ name: name || invited?.name || email, email, role }, invited?.id)
    await invited?.accepted()
    return link(claims, user)
  }

  return {
    /** The person's account, or why they get none. */
    async accountOf(claims: Claims): Promise<UserRecord | Refusal> {
      const linkedId = await links.userOf(claims.iss, claims.sub)
      const linked = linkedId === null ? null : await store.users.byId(linkedId)
      if (linked) return refusalOf(linked, claims) ?? linked
      const email = verifiedEmail(claims)
      if (email === null) return 'email'
      const existing = await store.users.byEmail(email)
      if (!existing) return create(claims, email)
      return refusalOf(existing, claims) ?? adopt(claims, existing)
    },
  }
}
