import type { ChangeProfile, Profile } from '#shared/accounts.ts'
import type { Actor } from '#shared/actors.ts'
import type { User } from '#shared/users.ts'
import { DomainError } from '../../lib/errors.ts'
import type { RecordCollection } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'
import type { UsersService } from '../../services/users.service.ts'
import type { AccountMails } from './account-mails.ts'
import type { LinkStore } from './link-records.ts'
import type { Links } from './links.ts'
import type { VerificationService } from './verification.service.ts'
import { emptyProfile, type ProfileRecord } from './profile-records.ts'

export interface ProfileDependencies {
  profiles: RecordCollection<ProfileRecord>
  stored: LinkStore
  links: Links
  mails: AccountMails
  users: Pick<UsersService, 'get' | 'change'>
  store: Pick<Store, 'users'>
  verification: Pick<VerificationService, 'mustConfirm'>
}

export type ProfileService = ReturnType<typeof createProfileService>

/** The caller's own account. */
export function createProfileService(dependencies: ProfileDependencies) {
  const { profiles, stored, links, mails, users, store, verification } = dependencies

  async function read(userId: string): Promise<Profile> {
    const [user, profile, emails] = await Promise.all([
      users.get(userId),
      profiles.get(userId),
      stored.byUser(userId, 'email'),
    ])
    const { phone, language, addresses } = profile ?? emptyProfile(userId)
    const pendingEmail = emails.find(links.isOpen)?.email ?? null
    const mustConfirmEmail = await verification.mustConfirm(user)
    return { user, phone, language, addresses, pendingEmail, canChangeEmail: mails.isConfigured, mustConfirmEmail }
  }

  /** Throws email_taken or no_mail, and what `confirm` throws. */
  async function checkNewEmail(email: string, confirm: () => Promise<void>): Promise<void> {
    if (!mails.isConfigured) throw new DomainError('no_mail')
    await confirm()
    if (await store.users.byEmail(email)) throw new DomainError('email_taken')
  }

  /** The address is changed once the link that is sent to it is opened; the former one is told at once. */
  async function requestEmail(userId: string, email: string, formerEmail: string, language: string): Promise<void> {
    for (const { id } of await stored.byUser(userId, 'email')) await stored.remove(id)
    const link = await links.create({ kind: 'email', userId, email, formerEmail })
    await mails.send({ template: 'email', link, language })
    await mails.send({ template: 'emailNotice', link, language })
  }

  async function save(userId: string, change: Partial<ProfileRecord>): Promise<void> {
    if (await profiles.change(userId, change)) return
    try {
      await profiles.create({ ...emptyProfile(userId), ...change })
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error
      await profiles.change(userId, change)
    }
  }

  return {
    read,

    /**
     * Open orders follow a new name. `confirm`: rejects unless the password is that of the user; a new e-mail address needs
     * it. Throws email_taken or no_mail.
     */
    async change(
      actor: Actor,
      { email, current = '', name, ...given }: ChangeProfile,
      { language, confirm }: { language: string; confirm(user: User, password: string): Promise<void> },
    ): Promise<Profile> {
      const user = await users.get(actor.id)
      const { email: formerEmail } = user
      const newEmail = email === formerEmail ? undefined : email
      if (newEmail !== undefined) await checkNewEmail(newEmail, () => confirm(user, current))
      if (Object.values(given).some((value) => value !== undefined)) await save(actor.id, given)
      if (name !== undefined) await users.change(actor, actor.id, { name })
      if (newEmail !== undefined) await requestEmail(actor.id, newEmail, formerEmail, given.language ?? language)
      return read(actor.id)
    },
  }
}
