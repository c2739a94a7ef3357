import type { Invitation, Invite, NewInvitation } from '#shared/accounts.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Invited, Registration } from '../../services/registration.ts'
import type { Store } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import type { AccountMails } from './account-mails.ts'
import type { LinkRecord, LinkStore } from './link-records.ts'
import type { Links } from './links.ts'

export interface InvitationsDependencies {
  stored: LinkStore
  links: Links
  mails: AccountMails
  users: Pick<Store['users'], 'byEmail'>
  customers: Core['customers']
  registration: Pick<Registration, 'invitesCustomers'>
}

export type InvitationsService = ReturnType<typeof createInvitationsService>

/** Admins invite people by a link; the account is made when it is accepted. */
export function createInvitationsService({
  stored,
  links,
  mails,
  users,
  customers,
  registration,
}: InvitationsDependencies) {
  const noInvitation = () => new DomainError('not_found', 'There is no such invitation.')

  /** Throws registration_closed or email_taken. */
  async function checkInvitable({ email, role }: Pick<Invite, 'email' | 'role'>): Promise<void> {
    if (role === 'customer' && !registration.invitesCustomers) throw new DomainError('registration_closed')
    if (await users.byEmail(email)) throw new DomainError('email_taken')
  }

  async function send(link: LinkRecord, language: string): Promise<NewInvitation> {
    if (mails.isConfigured) await mails.send({ template: 'invitation', link, language })
    const url = links.urlOf({ link, user: null })
    const invitation = present(link)
    return { url, expiresAt: invitation.expiresAt, mailed: mails.isConfigured, invitation }
  }

  const openInvitation = async (email: string): Promise<LinkRecord | undefined> =>
    (await stored.byEmail(email, 'invitation')).find(links.isOpen)

  async function renew(id: string, change: Pick<LinkRecord, 'name' | 'role'>, language: string) {
    const renewed = await stored.renew(id, { ...change, expiresAt: links.expiryOf('invitation') })
    if (!renewed) throw noInvitation()
    return send(renewed, language)
  }

  return {
    /** A second invitation of the same address renews the first. Throws email_taken or registration_closed. */
    async invite({ email, name, role }: Invite, language: string): Promise<NewInvitation> {
      await checkInvitable({ email, role })
      const pending = await openInvitation(email)
      if (pending) return renew(pending.id, { name, role }, language)
      return send(await links.create({ kind: 'invitation', email, name, role }), language)
    },

    /**
     * Lets a customer without an account register; the account gets all the customer's orders. Throws not_found,
     * email_taken, registration_closed, or invalid_request when no e-mail address is known.
     */
    async inviteCustomer(id: string, given: string | undefined, language: string): Promise<NewInvitation> {
      const customer = await customers.byId(id)
      if (!customer || customer.hasAccount) throw new DomainError('not_found', 'There is no such customer.')
      const email = given ?? customer.email
      if (!email) {
        const errors = [{ path: 'email', message: 'An e-mail address is needed', code: 'email_required' }]
        throw new DomainError('invalid_request', 'email: An e-mail address is needed', { errors })
      }
      await checkInvitable({ email, role: 'customer' })
      const pending = await openInvitation(email)
      if (pending) await stored.remove(pending.id)
      const { name } = customer
      return send(await links.create({ kind: 'invitation', userId: id, email, name, role: 'customer' }), language)
    },

    /** For a person who shows in another way than by the link that the address is theirs. */
    async of(email: string): Promise<Invited | null> {
      const link = await openInvitation(email)
      return link ? { ...personOf(link), id: link.userId || undefined, accepted: () => links.use(link) } : null
    },

    /** Those that can be accepted, newest first. */
    list: async (): Promise<Invitation[]> => (await stored.byKind('invitation')).filter(links.isOpen).map(present),

    /** Valid for seven more days, and sent again. Throws not_found. */
    async repeat(id: string, language: string): Promise<NewInvitation> {
      const found = await links.current(id)
      if (found?.link.kind !== 'invitation') throw noInvitation()
      return renew(id, found.link, language)
    },

    /** Throws not_found. */
    async withdraw(id: string): Promise<void> {
      const found = await links.current(id)
      if (found?.link.kind !== 'invitation' || !(await stored.remove(id))) throw noInvitation()
    },
  }
}

const personOf = ({ email, name, role }: Pick<LinkRecord, 'email' | 'name' | 'role'>) => ({
  name: name ?? email,
  role: role ?? ('customer' as const),
})

const present = ({ id, email, name, role, createdAt, expiresAt }: LinkRecord): Invitation => ({
  id,
  email,
  ...personOf({ email, name, role }),
  createdAt,
  expiresAt: expiresAt ?? createdAt,
})
