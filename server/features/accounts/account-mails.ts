import { linkKinds } from '#shared/accounts.ts'
import { UndeliverableError } from '../../lib/errors.ts'
import type { Mailer } from '../../lib/mailer.ts'
import { z } from '../../lib/zod.ts'
import type { Outbox } from '../../services/outbox.ts'
import type { DeliveryRecord } from '../../storage/store.ts'
import type { RecordCollection } from '../../storage/records.ts'
import type { LinkRecord, LinkStore } from './link-records.ts'
import type { Links } from './links.ts'
import { renderMail } from './mail-layout.ts'
import { languageOf, mailTexts } from './mail-texts.ts'
import type { ProfileRecord } from './profile-records.ts'

export interface AccountMailsDependencies {
  outbox: Pick<Outbox, 'add' | 'channel'>
  mailer: Pick<Mailer, 'isConfigured' | 'send'>
  stored: Pick<LinkStore, 'get'>
  links: Pick<Links, 'current' | 'urlOf'>
  profiles: Pick<RecordCollection<ProfileRecord>, 'get'>
  publicUrl: () => string
}

/** `emailNotice` goes to the former address; it is sent even when the link has been used meanwhile. */
const templates = [...linkKinds, 'emailNotice'] as const
type Template = (typeof templates)[number]

const channel = 'account-mail'

/** No address and no secret: both are looked up when the e-mail is sent. */
const Payload = z.object({ template: z.enum(templates), linkId: z.string(), language: z.string() })

export interface AccountMail {
  template: Template
  link: LinkRecord
  /** The reader's, or that of the page from which it was asked for. */
  language: string
}

export type AccountMails = ReturnType<typeof createAccountMails>

/** E-mails about accounts, each kept in the outbox until the mail server has it. */
export function createAccountMails({ outbox, mailer, stored, links, profiles, publicUrl }: AccountMailsDependencies) {
  outbox.channel(channel, { send })

  async function send({ id, payload }: DeliveryRecord): Promise<string> {
    const { template, linkId, language: requested } = Payload.parse(payload)
    const link = await stored.get(linkId)
    if (!link) throw new UndeliverableError('the link was withdrawn or has expired')
    const opened = await links.current(linkId)
    const userId = link.userId || opened?.user?.id
    const profile = userId ? await profiles.get(userId) : null
    const language = profile?.language ?? requested
    if (template === 'emailNotice') return deliver(id, link.formerEmail ?? '', language, template, link.email, null)
    // Nothing is sent to an address without an account. The request was answered as any other.
    if (!opened) return 'no account, or the link was used or has expired'
    const name = link.name ?? opened.user?.name ?? ''
    return deliver(id, link.email, language, template, name, links.urlOf(opened))
  }

  /** `value`: the name of the person, or of a notice the new address. */
  function deliver(id: string, to: string, tag: string, template: Template, value: string, url: string | null) {
    const language = languageOf(tag)
    const texts = mailTexts[language]
    const content = texts[template](value)
    const { subject, text, html } = renderMail({ language, footer: texts.footer, content, url })
    // A mail client that gets the e-mail again, after a crash, recognises it.
    const messageId = `<${id}@${new URL(publicUrl()).hostname}>`
    return mailer.send({ to, subject, text, html, messageId, headers: { 'Auto-Submitted': 'auto-generated' } })
  }

  return {
    isConfigured: mailer.isConfigured,

    /** Resolves once the e-mail is stored. */
    send({ template, link, language }: AccountMail): Promise<void> {
      // A renewed invitation has another expiry, and is sent again.
      const id = `${channel}.${link.id}.${template}.${Date.parse(link.expiresAt ?? link.createdAt)}`
      return outbox.add({
        id,
        channel,
        queue: `${channel} ${link.id}`,
        payload: { template, linkId: link.id, language },
      })
    },
  }
}
