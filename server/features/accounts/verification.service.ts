import type { Actor } from '#shared/actors.ts'
import { DomainError } from '../../lib/errors.ts'
import type { UsersService } from '../../services/users.service.ts'
import type { AccountMails } from './account-mails.ts'
import type { Links } from './links.ts'

export interface VerificationDependencies {
  required: boolean
  links: Pick<Links, 'create'>
  mails: Pick<AccountMails, 'send'>
  users: Pick<UsersService, 'get' | 'hasVerifiedEmail'>
  /** Seconds to wait before the next link of this person; 0 for none. */
  sends: (userId: string) => Promise<number>
}

export type VerificationService = ReturnType<typeof createVerificationService>

type Person = Pick<Actor, 'id' | 'role'>

/** Customers show that their e-mail address is theirs before they order (REQUIRE_VERIFIED_EMAIL). */
export function createVerificationService({ required, links, mails, users, sends }: VerificationDependencies) {
  const mustConfirm = async ({ id, role }: Person): Promise<boolean> =>
    required && role === 'customer' && !(await users.hasVerifiedEmail(id))

  return {
    mustConfirm,

    /** Throws email_not_verified. */
    async check(person: Person): Promise<void> {
      if (await mustConfirm(person)) throw new DomainError('email_not_verified')
    },

    /** Sends the link, if the person needs one. Throws too_many_requests. */
    async sendLink(userId: string, language: string): Promise<void> {
      const user = await users.get(userId)
      if (!(await mustConfirm(user))) return
      const retryAfter = await sends(userId)
      if (retryAfter > 0) throw new DomainError('too_many_requests', undefined, { retryAfter })
      const link = await links.create({ kind: 'verification', email: user.email, userId })
      await mails.send({ template: 'verification', link, language })
    },
  }
}
