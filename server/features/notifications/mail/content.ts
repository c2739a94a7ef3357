import { nameWithOptions } from '#shared/choose-options.ts'
import type { PageLocale } from '#shared/locale.ts'
import type { MailContent } from '../../../lib/mail/content.ts'
import type { OrderRecord } from '../../../storage/store.ts'
import { dateAndTime, money } from './format.ts'
import { fill, textsIn, type MailEvent } from './texts/index.ts'

export interface MailLinks {
  order: string
  unsubscribe: string | null
}

type Fact = 'order' | 'services' | 'when' | 'vendor' | 'completed' | 'reason' | 'note'

/** What each mail shows besides its sentences. The customer's own texts are left out: a stranger may have registered the address. */
const shown: Readonly<Record<MailEvent, { facts: readonly Fact[]; receipt: boolean }>> = {
  'order.placed': { facts: ['order', 'when'], receipt: true },
  'order.accepted': { facts: ['order', 'services', 'vendor', 'when'], receipt: false },
  'order.on_the_way': { facts: ['order', 'services', 'vendor'], receipt: false },
  'order.completed': { facts: ['order', 'vendor', 'completed', 'note'], receipt: true },
  'order.failed': { facts: ['order', 'services', 'vendor', 'reason'], receipt: false },
  'order.cancelled': { facts: ['order', 'services', 'when', 'reason'], receipt: false },
  'order.rejected': { facts: ['order', 'services', 'when'], receipt: false },
  'order.released': { facts: ['order', 'services', 'when'], receipt: false },
  'message.received': { facts: ['order', 'services'], receipt: false },
}

/** `order`: as it was when the event happened. */
export function mailContent(order: OrderRecord, event: MailEvent, locale: PageLocale, links: MailLinks): MailContent {
  const { texts, language } = textsIn(locale.language)
  const { labels } = texts
  // The person's own variant of the language writes dates and amounts, unless the texts are in another language.
  const written = { ...locale, language: locale.language.startsWith(language) ? locale.language : language }
  const last = order.history.at(-1)
  const vendor = order.vendor?.name ?? labels.vendor
  const { scheduledFor, number, currency } = order
  const when = scheduledFor ? dateAndTime(scheduledFor, written) : labels.asSoonAsPossible
  const scheduled: Partial<Record<MailEvent, { subject: string; heading?: string; body?: string }>> = texts.scheduled
  const { subject, heading, body } = { ...texts.events[event], ...(scheduledFor ? scheduled[event] : {}) }
  const values = { number, vendor, when }
  const facts: Record<Fact, { label: string; value: string | null }> = {
    order: { label: labels.order, value: number },
    services: {
      label: labels.services,
      value: order.items
        .map((item) => (item.quantity === 1 ? '' : `${item.quantity} × `) + nameWithOptions(item))
        .join(', '),
    },
    when: { label: labels.when, value: when },
    vendor: { label: labels.vendor, value: order.vendor?.name ?? null },
    completed: { label: labels.completed, value: last ? dateAndTime(last.at, written) : null },
    reason: { label: labels.reason, value: last?.note ?? null },
    note: { label: fill(labels.note, values), value: last?.note ?? null },
  }
  const { receipt } = shown[event]
  return {
    language,
    subject: fill(subject, values),
    heading: fill(heading, values),
    body: fill(body, values),
    facts: shown[event].facts.flatMap((name) => {
      const { label, value } = facts[name]
      return value === null ? [] : [{ label, value }]
    }),
    items: receipt
      ? order.items.map((item) => ({
          name: nameWithOptions(item),
          quantity: item.quantity,
          amount: money(item.unitPrice * item.quantity, currency, written.language),
        }))
      : [],
    total: receipt ? { label: labels.total, value: money(order.totalAmount, currency, written.language) } : null,
    link: { label: texts.open, url: links.order },
    why: links.unsubscribe === null ? null : texts.why,
    unsubscribe: links.unsubscribe === null ? null : { label: texts.unsubscribe, url: links.unsubscribe },
  }
}
