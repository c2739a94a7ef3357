import type * as z from 'zod/mini'
import type { Role } from './actors.ts'
import { CatalogueEvent } from './catalogue.ts'
import { Alert } from './deadlines.ts'
import {
  LocationEvent,
  LocationReport,
  OrderCommandEvent,
  OwnTracksMessage,
  Reply,
  TrackingEvent,
} from './device-messages.ts'
import { Message, PostMessage } from './messages.ts'
import { Notification } from './notifications.ts'
import { ChangeStatus } from './order-input.ts'
import { OrderEvent } from './orders.ts'
import { VendorStatusEvent, VendorStatusReport } from './presence.ts'

/** `own`: only where the topic's first parameter is the subscriber's id. */
export type Access = 'all' | 'own'

export interface TopicRow {
  /** Levels in braces are parameters: ids as of fields.ts. */
  pattern: string
  /** What the server publishes. */
  published: z.ZodMiniType
  /** What clients of the roles in `publishers` publish; null when only the server does. */
  accepted: z.ZodMiniType | null
  publishers: readonly Role[]
  subscribers: Partial<Record<Role, Access>>
  /** How the server publishes. */
  qos: 0 | 1
  retained: boolean
  /** An empty payload follows when what the retained one tells of is no more [MQTT-3.3.1-10]. */
  removed?: true
  /** Whether a client that may publish here may also leave a last will here. */
  will: boolean
  /** `order`: each receiver gets the view of the order that it may read. `message`: only the parties of its order get it. */
  view: 'order' | 'message' | null
  /** Names a customer, or has what people wrote: closed to tokens without contact details. */
  personal: boolean
  /** For README.md: what the payload is. */
  doc: string
}

const row = <const Row extends TopicRow>(definition: Row): Row => definition

/** Every topic of the system. Permissions, parsing, routing, publishing and README.md follow from it. */
export const topicTable = {
  ordersNew: row({
    pattern: 'orders/new',
    published: OrderEvent,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'all', vendor: 'all' },
    qos: 1,
    retained: false,
    will: false,
    view: 'order',
    personal: false,
    doc: "the order, in the receiver's view",
  }),
  ordersUpdate: row({
    pattern: 'orders/update',
    published: OrderEvent,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'all', vendor: 'all' },
    qos: 1,
    retained: false,
    will: false,
    view: 'order',
    personal: false,
    doc: "the order after any change, in the receiver's view; `{id, version, status, gone: true}` to a vendor it no longer concerns",
  }),
  customerOrders: row({
    pattern: 'customers/{customerId}/orders',
    published: OrderEvent,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'all', customer: 'own' },
    qos: 1,
    retained: false,
    will: false,
    view: 'order',
    personal: true,
    doc: 'the full order, new or changed',
  }),
  customerTracking: row({
    pattern: 'customers/{customerId}/tracking',
    published: TrackingEvent,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'all', customer: 'own' },
    qos: 0, // the next position follows within seconds
    retained: false,
    will: false,
    view: null,
    personal: true,
    doc: '`{orderId, lat, lng, accuracy, at, eta?: {from, to}}` while the vendor is on the way',
  }),
  vendorStatus: row({
    pattern: 'vendor/status',
    published: VendorStatusEvent,
    accepted: VendorStatusReport,
    publishers: ['vendor'],
    subscribers: { admin: 'all' },
    qos: 1,
    retained: false,
    will: true,
    view: null,
    personal: false,
    doc: 'in: `online`, `break`, `offline` (or `{"status": …}`); out: `{vendorId, name, status, reachable, at}`',
  }),
  vendorStatusOf: row({
    pattern: 'vendor/status/{vendorId}',
    published: VendorStatusEvent,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'all', vendor: 'own' },
    qos: 1,
    retained: true,
    removed: true,
    will: false,
    view: null,
    personal: false,
    doc: '`{vendorId, name, status, reachable, at}` (`live`, or `push` while the page is closed): a new subscriber gets every current status; empty once the vendor is deactivated',
  }),
  vendorLocation: row({
    pattern: 'vendor/location',
    published: LocationEvent,
    accepted: LocationReport,
    publishers: ['vendor'],
    subscribers: { admin: 'all' },
    qos: 0, // the next position follows within seconds
    retained: false,
    will: true, // OwnTracks leaves its will where it publishes its positions
    view: null,
    personal: false,
    doc: 'in: `{lat, lng, accuracy?}` or OwnTracks’ `location`; out: the same with `vendorId` and `at`, at most once a second per vendor',
  }),
  ownTracks: row({
    pattern: 'owntracks/{name}/{device}',
    published: OwnTracksMessage,
    accepted: OwnTracksMessage,
    publishers: ['vendor'],
    subscribers: {},
    qos: 0,
    retained: false,
    will: true,
    view: null,
    personal: true,
    doc: 'in: what the app OwnTracks sends; its `location` is understood as `vendor/location`',
  }),
  ownTracksOther: row({
    pattern: 'owntracks/{name}/{device}/{kind}',
    published: OwnTracksMessage,
    accepted: OwnTracksMessage,
    publishers: ['vendor'],
    subscribers: {},
    qos: 0,
    retained: false,
    will: false,
    view: null,
    personal: true,
    doc: 'in: other messages of OwnTracks, which are acknowledged and ignored',
  }),
  orderStatus: row({
    pattern: 'orders/{orderId}/status',
    published: OrderCommandEvent,
    accepted: ChangeStatus,
    publishers: ['vendor'],
    subscribers: { admin: 'all' },
    qos: 1,
    retained: false,
    will: false,
    view: null,
    personal: true,
    doc: 'in: a command, `{status, version?, commandId?, reason?, note?, occurredAt?}` or the bare status; out: the command once it is applied',
  }),
  alerts: row({
    pattern: 'alerts/{kind}/{orderId}',
    published: Alert,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'all' },
    qos: 1,
    retained: true,
    removed: true,
    will: false,
    view: null,
    personal: false,
    doc: '`{kind, orderId, number, since}`: the order is late to `accept`, `arrive` or `finish`; empty once acknowledged or no longer late',
  }),
  orderMessages: row({
    pattern: 'orders/{orderId}/messages',
    published: Message,
    accepted: PostMessage,
    publishers: ['vendor'],
    subscribers: { admin: 'all', vendor: 'all', customer: 'all' },
    qos: 1,
    retained: false,
    will: false,
    view: 'message',
    personal: true,
    doc: 'in: the text, or `{text, internal?, id?}`; out: `{id, orderId, by, text, internal, at}`, to the parties of the order only; internal notes not to its customer',
  }),
  services: row({
    pattern: 'services',
    published: CatalogueEvent,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'all', vendor: 'all', customer: 'all' },
    qos: 1,
    retained: true,
    will: false,
    view: null,
    personal: false,
    doc: '`{currency, services}`: the active catalogue, whole, at each change; `services` is null above 64 KiB: read `GET /api/services`',
  }),
  replies: row({
    pattern: 'users/{userId}/replies',
    published: Reply,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'own', vendor: 'own', customer: 'own' },
    qos: 1,
    retained: false,
    will: false,
    view: null,
    personal: true,
    doc: '`{ok, code?, detail?, orderId?, version?, commandId?, topic}` for each command, and for a payload that could not be read',
  }),
  notifications: row({
    pattern: 'users/{userId}/notifications',
    published: Notification,
    accepted: null,
    publishers: [],
    subscribers: { admin: 'own', vendor: 'own', customer: 'own' },
    qos: 1,
    retained: false,
    will: false,
    view: null,
    personal: true,
    doc: '`{id, event, order: {id, number, status}, by, vendor, note, at, read}`: a new notification, or one that has been read',
  }),
} as const

export type TopicTable = typeof topicTable
export type TopicName = keyof TopicTable
