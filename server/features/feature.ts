import type { Role, Who } from '#shared/actors.ts'
import type { Picture } from '#shared/files.ts'
import type { Message } from '#shared/messages.ts'
import type { VendorRating } from '#shared/order-outcome.ts'
import type { TopicName } from '#shared/topic-table.ts'
import type { Published, TopicParameters } from '#shared/topics.ts'
import type { PlaceInTime } from '#shared/vendor-positions.ts'
import type { DeviceRegistry } from '../auth/device-registry.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { deriveKey } from '../auth/tokens.ts'
import type { AccessCheck, OrderCheck } from '../auth/checks.ts'
import type { TokenKind } from '../auth/identify.ts'
import type { Audit, Pages, Registered, Route, ServedFile } from '../http/route.ts'
import type { SignIn } from '../http/sign-in.ts'
import type { Bucket } from '../config/files-config.ts'
import type { OidcConfig } from '../config/oidc-config.ts'
import type { Clock } from '../lib/clock.ts'
import type { Part } from '../lib/lifecycle.ts'
import type { Mailer } from '../lib/mailer.ts'
import type { Log } from '../lib/log.ts'
import type { CatalogueService } from '../services/catalogue.service.ts'
import type { CustomersService } from '../services/customers.service.ts'
import type { EventBus } from '../services/domain-events.ts'
import type { CompletionCheck, OrdersDependencies } from '../services/orders.service.ts'
import type { OrderAmendments } from '../services/order-amendments.ts'
import type { Offering } from '../services/offering.ts'
import type { Outbox } from '../services/outbox.ts'
import type { Registration } from '../services/registration.ts'
import type { UsersService } from '../services/users.service.ts'
import type { PresenceService } from '../services/presence.service.ts'
import type { TopicHandlers } from '../services/topic-handlers.ts'
import type { RecordDefinition } from '../storage/records.ts'
import type { OrderRecord, Store, UserRecord } from '../storage/store.ts'

/** The configuration that features read. */
export interface FeatureSettings {
  /** Of this server. */
  version: string
  /** Of the shop (ISO 4217). */
  currency: string
  /** Where browsers reach the server, without a slash at the end. */
  publicUrl: () => string
  webhooksAllowPrivate: boolean
  /** Whether customers confirm their e-mail address before they order. */
  requireVerifiedEmail: boolean
  /** null: no text message is sent. `url` and `body` are templates with {phone} and {text}. */
  sms: { url: string; body: string | null; authorization: string | null; perDay: number } | null
  /** Whose sessions are limited until they have a second factor. */
  requireSecondFactor: readonly Role[]
  /** `link`: the template of the payment link; `secret`: of the provider's events; null: none. */
  payments: { link: string | null; secret: string | null; business: string | null }
  oidc: OidcConfig | null
  /** Of a service that finds addresses, with {q}; null: none. */
  geocoderUrl: string | null
  /** Of the maps' tiles. `tilesUrl` null: those of `file`, which may not exist. */
  map: { tilesUrl: string | null; attribution: string; file: string }
  /** How long entries of the audit log are kept, in seconds. null: for ever. */
  keepAudit: number | null
  /** Backups by the server itself: how often, in seconds, how many are kept, and where. */
  backups: { every: number; keep: number; folder: string } | null
  /** How long finished orders stay, in seconds, and the folder to which they move; null: they are deleted, or stay. */
  retention: { keepOrders: number; archive: string | null } | null
  archiveFolder: string
  /** Where pictures are stored, or only received while there is a bucket for them. */
  filesFolder: string
  filesBucket: Bucket | null
  /** Whether other nodes may use the same database. */
  severalNodes: boolean
}

/** A message that is about to be stored. */
export interface MessageOfFiles {
  author: Who
  orderId: string
  messageId: string
  internal: boolean
}

/** Resolves to the files with these ids, which belong to the message from now on. Throws unknown_file. */
export type AttachFiles = (message: MessageOfFiles, ids: readonly string[]) => Promise<Picture[]>

/** A person who is being erased. `email`: of the account before. `orders`: the ids of all orders that concern the person. */
export interface LeavingPerson extends Pick<UserRecord, 'id' | 'role' | 'email'> {
  orders: ReadonlySet<string>
}

/** An order that was finished long ago. `updatedAt`: of its last version. */
export type RemovedOrder = Pick<OrderRecord, 'id' | 'updatedAt'>

/** Backups of the database in a folder. `oldest`: when the oldest of them was made, in ms. */
export interface BackupFolder {
  folder: string
  oldest: number
}

/** What a part keeps of people. */
export interface PersonalData {
  /** All of it that is about this person, for the person: no secrets. By its name in the export. */
  exportOf(person: Pick<UserRecord, 'id' | 'role' | 'email'>): Promise<Readonly<Record<string, unknown>>>
  /** Removes the person from it, after the person was removed from the orders. It may run again. */
  erase(person: LeavingPerson): Promise<void>
}

/** What the core offers to features. */
export interface Core {
  store: Store
  events: EventBus
  /** Publishes an event to its topic of the topic table. Returns at once. */
  publish<Name extends TopicName>(name: Name, parameters: TopicParameters<Name>, event: Published[Name]): void
  /**
   * Makes the retained messages of a topic these: publishes what is new and removes the rest. Returns at once. A start finds
   * none retained.
   */
  replaceRetained<Name extends TopicName>(
    name: Name,
    messages: readonly { parameters: TopicParameters<Name>; event: Published[Name] }[],
  ): void
  /** Publishes a message to those parties of its order who may read it. Rejects when it is not sent. */
  publishMessage(message: Message, order: OrderRecord): Promise<void>
  /** Sends messages outside: stored first, then retried. A feature adds its channels to it. */
  outbox: Outbox
  mailer: Mailer
  /** Every sign-in passes here; a feature adds its checks, or opens sessions in another way. */
  signIn: Pick<SignIn, 'addCheck' | 'onNewBrowser' | 'open' | 'confirmPassword' | 'redirectStateOf'>
  sessions: Pick<Sessions, 'endAllOf'>
  presence: Pick<PresenceService, 'isOnline' | 'pushReaches' | 'pushChanged'>
  /** To whom orders are offered; one feature sets the rules. */
  offering: Offering
  settings: FeatureSettings
  /** Changes of orders that no transition makes. */
  amendments: OrderAmendments
  /** The services that can be ordered. */
  catalogue: Pick<CatalogueService, 'list' | 'create' | 'change' | 'illustrate' | 'withoutPicture'>
  /** Customers with and without an account. */
  customers: Pick<CustomersService, 'byId'>
  /** The rules of accounts. */
  users: UsersService
  /** Who may get an account without an admin making it. */
  registration: Pick<Registration, 'isOpen' | 'invitesCustomers' | 'findInvitationsBy' | 'invitationOf'>
  /**
   * Counts `points` per key in `seconds`. The returned function resolves to the seconds until the next one, 0 when it may
   * be now. Addresses count by their network.
   */
  limit: (name: string, points: number, seconds: number) => (key: string | undefined) => Promise<number>
  /** Where vendors were last, at most a day ago; those of whom nothing is known are missing. */
  lastPositions(vendorIds: readonly string[]): Promise<ReadonlyMap<string, PlaceInTime>>
  /** Whether a page of the customer with this order, connected to any node, is shown. */
  isWatching(customerId: string, orderId: string): Promise<boolean>
  /** Where a person without an account follows the order; null when there is no such page. */
  trackingUrl(orderId: string): Promise<string | null>
  /** The language of e-mails that a person has chosen; null for that of the page. */
  languageOf(userId: string): Promise<string | null>
  nodes: { isLeader(): boolean; disconnectedSince(): string | null }
  /** Removes what every feature keeps of orders that have left the database, and the messages queued for devices. */
  ordersRemoved(orders: readonly RemovedOrder[]): Promise<void>
  attachFiles: AttachFiles
  /** Copies what features keep outside the database, after a backup of it was made. */
  backUpBeside(backups: BackupFolder): Promise<void>
  /** What every feature keeps of people. To be called once all features are created. */
  personalData: () => readonly NonNullable<Feature['personalData']>[]
  /** Deletes the messages queued for devices that tell of these orders as they were before. */
  discardOutdated(orders: ReadonlySet<string>): Promise<void>
  /** A key of the server's own for `purpose`, the same on every node and after a restart. */
  keyFor: (purpose: string) => ReturnType<typeof deriveKey>
  clock: Clock
  log: Log
  /** The route table. To be called once the server listens. */
  routes: () => readonly Route[]
  /** The port on which MQTT clients connect over TCP; set once the broker listens. */
  mqttPort: () => number
  /** null without MQTT over TLS. */
  mqttTlsPort: () => number | null
}

/** What a feature adds to the running server. */
export interface Feature extends Omit<Part, 'name'> {
  routes?: readonly Route[]
  /** HTML pages outside the client, by their paths below /docs. */
  pages?: Pages
  /** Files that anyone may read, outside /api. */
  files?: readonly ServedFile[]
  /** Handlers of the topics that clients publish to, by the row's name in the topic table. */
  topics?: Partial<TopicHandlers>
  /** Bearer tokens that the feature issues. */
  tokens?: TokenKind
  /** Limits sessions. Runs with every request and CONNECT of a person, so a feature sets it only when it is configured. */
  accessCheck?: AccessCheck
  /** Runs with every order that is placed, so a feature sets it only when it is configured. */
  orderCheck?: OrderCheck
  /** Runs before an order that asks for a proof is completed. */
  completionCheck?: CompletionCheck
  attachFiles?: AttachFiles
  backUpBeside?: Core['backUpBeside']
  registered?: Registered
  devices?: DeviceRegistry
  languageOf?: Core['languageOf']
  lastPositions?: Core['lastPositions']
  trackingUrl?: Core['trackingUrl']
  /** How vendors are rated, by their ids. */
  vendorRatings?: () => Promise<ReadonlyMap<string, VendorRating>>
  reasonText?: OrdersDependencies['reasonText']
  /** What does not work, for GET /readyz: by its name. The server stays ready. */
  health?: () => object
  /** Stores what was done, before the response is sent. */
  audit?: Audit
  /** Removes what the feature keeps of orders that have left the database. */
  ordersRemoved?: Core['ordersRemoved']
  personalData?: Pick<PersonalData, 'erase'> & Partial<PersonalData>
}

/** A folder in features/: its index.ts exports one of these. */
export interface FeatureModule {
  name: string
  /** What the feature stores; reached by `store.collection(definition)`. */
  records?: readonly RecordDefinition[]
  /** Removes this feature's secrets from a line of the log. */
  redact?(line: string): string
  create(core: Core): Feature
}
