import { linkKinds, type HandedLink, type LinkDetails, type LinkKind, type ResetPassword } from '#shared/accounts.ts'
import { DomainError } from '../../lib/errors.ts'
import type { UsersService } from '../../services/users.service.ts'
import type { Store } from '../../storage/store.ts'
import type { AccountMails } from './account-mails.ts'
import type { Links } from './links.ts'

export interface RecoveryDependencies {
  links: Links
  mails: AccountMails
  users: Pick<UsersService, 'change' | 'create' | 'changeEmail' | 'checkStrength' | 'verified'>
  store: Pick<Store, 'users'>
}

export type RecoveryService = ReturnType<typeof createRecoveryService>

/** A new password, or a new e-mail address, by a link. */
export function createRecoveryService({ links, mails, users, store }: RecoveryDependencies) {
  return {
    /**
     * Whether there is such an account is looked up when the e-mail is sent: the request does the same work for every
     * address, so that neither its answer nor its time tells.
     */
    async forgot(email: string, language: string): Promise<void> {
      if (!mails.isConfigured) return
      const link = await links.create({ kind: 'reset', email })
      await mails.send({ template: 'reset', link, language })
    },

    /** A link for an admin to hand over. Throws not_found. */
    async resetLinkFor(userId: string, language: string): Promise<HandedLink> {
      const user = await store.users.byId(userId)
      if (!user?.active) throw new DomainError('not_found', 'There is no such active account.')
      const link = await links.create({ kind: 'reset', email: user.email, userId })
      if (mails.isConfigured) await mails.send({ template: 'reset', link, language })
      return { url: links.urlOf({ link, user }), expiresAt: link.expiresAt, mailed: mails.isConfigured }
    },

    /** What the page of a link shows. Throws invalid_link. */
    async details(token: string): Promise<LinkDetails> {
      const { link, user } = await links.open(token, linkKinds)
      return { kind: link.kind, name: link.name ?? user?.name ?? '', email: link.email }
    },

    /**
     * Sets the password of the account, or makes the account of an invitation. Every session of the account ends. Resolves
     * to the id of the account. Throws invalid_link, weak_password or email_taken.
     */
    async reset({ token, password }: ResetPassword): Promise<string> {
      const { link, user } = await links.open(token, ['reset', 'invitation'])
      const { email, name, role } = link
      if (user === null) {
        // The unique e-mail address lets an invitation make one account, however often it is sent.
        const invited = await users.create(
          { email, name: name ?? email, role: role ?? 'customer', password },
          link.userId || undefined,
        )
        await users.verified(invited.id)
        await links.use(link)
        return invited.id
      }
      await users.checkStrength(user.id, password)
      await links.use(link)
      await users.change(user, user.id, { password })
      // A link that was asked for by address is sent by e-mail only; an admin may have handed over another.
      if (link.userId === '') await users.verified(user.id)
      return user.id
    },

    /** A new address, or that of a new account. `user`: the id. Throws invalid_link or email_taken. */
    async confirmEmail(token: string): Promise<{ kind: LinkKind; user: string }> {
      const { link } = await links.open(token, ['email', 'verification'])
      if (link.kind === 'email') await users.changeEmail(link.userId, link.email)
      else await users.verified(link.userId)
      await links.use(link)
      return { kind: link.kind, user: link.userId }
    },
  }
}
