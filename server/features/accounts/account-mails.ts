import { linkKinds } from '#shared/accounts.ts'
import { UndeliverableError } from '../../lib/errors.ts'
import type { MailContent } from '../../lib/mail/content.ts'
import { mailLanguageOf, type MailLanguage } from '../../lib/mail/language.ts'
import type { Mailer } from '../../lib/mailer.ts'
import { z } from '../../lib/zod.ts'
import type { Outbox } from '../../services/outbox.ts'
import type { DeliveryRecord } from '../../storage/store.ts'
import { createDeliver } from './deliver.ts'
import type { LinkRecord, LinkStore } from './link-records.ts'
import type { Links } from './links.ts'
import { accountMailOf, mailTexts } from './mail-texts.ts'

export interface AccountMailsDependencies {
  outbox: Pick<Outbox, 'add' | 'channel'>
  mailer: Pick<Mailer, 'isConfigured' | 'send'>
  stored: Pick<LinkStore, 'get'>
  links: Pick<Links, 'current' | 'urlOf'>
  languageOf(userId: string): Promise<string | null>
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
export function createAccountMails({ outbox, mailer, stored, links, languageOf, publicUrl }: AccountMailsDependencies) {
  const deliver = createDeliver({ mailer, publicUrl })
  outbox.channel(channel, { send })

  async function send({ id, payload }: DeliveryRecord, signal: AbortSignal): Promise<string> {
    const { template, linkId, language: requested } = Payload.parse(payload)
    const link = await stored.get(linkId)
    if (!link) throw new UndeliverableError('the link was withdrawn or has expired')
    const opened = await links.current(linkId)
    const userId = link.userId || opened?.user?.id
    const language = (userId ? await languageOf(userId) : null) ?? requested
    const written = (value: string, url: string | null) => contentOf(template, mailLanguageOf(language), value, url)
    if (template === 'emailNotice') return deliver(id, link.formerEmail ?? '', written(link.email, null), signal)
    // Nothing is sent to an address without an account. The request was answered as any other.
    if (!opened) return 'no account, or the link was used or has expired'
    const name = link.name ?? opened.user?.name ?? ''
    return deliver(id, link.email, written(name, links.urlOf(opened)), signal)
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

/** `value`: the name of the person, or of a notice the new address. */
function contentOf(template: Template, language: MailLanguage, value: string, url: string | null): MailContent {
  return accountMailOf(mailTexts[language][template](value), { language, url })
}
