import * as z from 'zod/mini'
import type { Role } from './actors.ts'
import { timeOfDay, timeZone } from './locale.ts'
import { notificationEvents } from './notifications.ts'

/** How a person is told: `page` is the list and the notices in the page. */
export const notificationChannels = ['page', 'push', 'email', 'sms'] as const
export type NotificationChannelName = (typeof notificationChannels)[number]

/** What a person can be told of: kept notifications, the receipt of one's own order, and offers. */
export const preferenceEvents = ['order.placed', 'order.offered', ...notificationEvents] as const
export type PreferenceEvent = (typeof preferenceEvents)[number]

type Channels = Partial<Record<NotificationChannelName, boolean>>

const everyChannel: Channels = { page: true, push: true, email: true }
const pageAndPush: Channels = { page: true, push: true }
// Each SMS costs money, so only those are sent that cannot wait.
const everyChannelAndSms: Channels = { ...everyChannel, sms: true }

/** The channels that can tell of an event, and whether they do as long as a person has not chosen. */
const defaults: Readonly<Record<PreferenceEvent, Channels>> = {
  'order.placed': { email: true },
  'order.offered': { push: true },
  'order.accepted': { ...everyChannel, sms: false },
  'order.assigned': pageAndPush,
  'order.on_the_way': everyChannelAndSms,
  'order.in_progress': { page: true, push: false },
  'order.completed': { ...everyChannel, sms: false },
  'order.failed': everyChannel,
  'order.cancelled': everyChannelAndSms,
  'order.rejected': everyChannel,
  'order.released': everyChannel,
  'order.changed': pageAndPush,
  'order.late': pageAndPush,
  'message.received': { ...everyChannel, sms: false },
}

const eventsOfRole: Readonly<Record<Role, readonly PreferenceEvent[]>> = {
  customer: [
    'order.placed',
    'order.accepted',
    'order.on_the_way',
    'order.in_progress',
    'order.completed',
    'order.failed',
    'order.cancelled',
    'order.rejected',
    'order.released',
    'order.changed',
    'message.received',
  ],
  vendor: ['order.offered', 'order.assigned', 'order.cancelled', 'order.released', 'order.changed', 'message.received'],
  admin: ['order.rejected', 'order.failed', 'order.late', 'message.received'],
}

/** Whether the channel can tell of the event. */
export const hasChannel = (event: PreferenceEvent, channel: NotificationChannelName): boolean =>
  defaults[event][channel] !== undefined

export const isToldByDefault = (event: PreferenceEvent, channel: NotificationChannelName): boolean =>
  defaults[event][channel] ?? false

/** What a person of this role is told of, as long as they have not chosen. Only customers are told by e-mail and SMS. */
export function defaultPreferences(role: Role): Partial<Record<PreferenceEvent, Channels>> {
  const rows = eventsOfRole[role].map((event) => {
    const { page, push } = defaults[event]
    return [
      event,
      role === 'customer'
        ? defaults[event]
        : { ...(page !== undefined && { page }), ...(push !== undefined && { push }) },
    ] as const
  })
  return Object.fromEntries(rows)
}

/** No push message is sent from `from` until `to`, which may be on the next day. What was told stays in the page's list. */
export const QuietHours = z.strictObject({ from: timeOfDay, to: timeOfDay, timeZone })
export type QuietHours = z.infer<typeof QuietHours>

const choice = z.optional(z.boolean())

const Events = z.partialRecord(
  z.enum(preferenceEvents),
  z.strictObject({ page: choice, push: choice, email: choice, sms: choice }),
)

export const ChangePreferences = z.strictObject({
  events: Events,
  quietHours: z.nullable(QuietHours),
})
export type ChangePreferences = z.infer<typeof ChangePreferences>

/** `channels`: those that this server has. `events`: those of the person's role, with every channel that can tell of them. */
export const Preferences = z.object({
  channels: z.array(z.enum(notificationChannels)),
  events: Events,
  quietHours: z.nullable(QuietHours),
})
export type Preferences = z.infer<typeof Preferences>

/** What a customer is to be told of the order's state, for an admin who sends it by other means. */
export const MessageText = z.object({
  to: z.object({ name: z.string(), email: z.nullable(z.string()), phone: z.string() }),
  language: z.string(),
  subject: z.string(),
  text: z.string(),
})
export type MessageText = z.infer<typeof MessageText>
