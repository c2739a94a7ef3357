import { readUserAgent } from '../../lib/user-agent.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { UndeliverableError } from '../../lib/errors.ts'
import type { MailContent } from '../../lib/mail/content.ts'
import { mailLanguageOf, type MailLanguage } from '../../lib/mail/language.ts'
import { z } from '../../lib/zod.ts'
import type { Outbox } from '../../services/outbox.ts'
import type { DeliveryRecord, Store } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import { createDeliver, type DeliverDependencies } from './deliver.ts'
import { accountMailOf, mailTexts } from './mail-texts.ts'
import { languageOf } from './routes.ts'

export interface NewBrowserMailsDependencies extends DeliverDependencies {
  outbox: Pick<Outbox, 'add' | 'channel'>
  store: { users: Pick<Store['users'], 'byId'>; sessions: Pick<Store['sessions'], 'listOf'> }
  languageOf(userId: string): Promise<string | null>
  clock: Pick<Clock, 'now'>
}

type NewBrowserTask = Parameters<Core['signIn']['onNewBrowser']>[0]

const channel = 'new-browser-mail'

const Payload = z.object({
  userId: z.string(),
  device: z.string(),
  address: z.string(),
  at: z.string(),
  language: z.string(),
})
type SignedIn = z.infer<typeof Payload>

/** Tells people by e-mail that a browser which their account did not know has signed in. */
export function createNewBrowserMails(dependencies: NewBrowserMailsDependencies): NewBrowserTask {
  const { outbox, store, publicUrl, clock } = dependencies
  const deliver = createDeliver(dependencies)
  outbox.channel(channel, { send })

  async function send({ id, payload }: DeliveryRecord, signal: AbortSignal): Promise<string> {
    const signedIn = Payload.parse(payload)
    const user = await store.users.byId(signedIn.userId)
    if (!user?.active) throw new UndeliverableError('the account is not active')
    const language = mailLanguageOf((await dependencies.languageOf(user.id)) ?? signedIn.language)
    return deliver(id, user.email, contentOf(signedIn, language, `${publicUrl()}/account`), signal)
  }

  return async ({ id: userId }, { sessionId }, request) => {
    // The only session of an account follows its creation, a new password, or the end of all others.
    const sessions = await store.sessions.listOf(userId)
    if (sessions.every(({ id }) => id === sessionId)) return
    const { browser, system } = readUserAgent(request.get('user-agent') ?? null)
    const payload: SignedIn = {
      userId,
      device: [browser, system].filter(Boolean).join(', '),
      address: request.ip ?? '',
      at: isoTime(clock.now()),
      language: languageOf(request),
    }
    await outbox.add({ id: `${channel}.${sessionId}`, channel, queue: `${channel} ${userId}`, payload })
  }
}

function contentOf({ device, address, at }: SignedIn, language: MailLanguage, url: string): MailContent {
  const { labels, newBrowser } = mailTexts[language]
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' })
  const facts = [
    { label: labels.device, value: device },
    { label: labels.time, value: format.format(new Date(at)) },
    { label: labels.address, value: address },
  ]
  return { ...accountMailOf(newBrowser(), { language, url }), facts: facts.filter(({ value }) => value !== '') }
}
