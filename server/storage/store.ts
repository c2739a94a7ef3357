import type { Actor } from '#shared/actors.ts'
import type { OrderHistoryEntry } from '#shared/apply-transition.ts'
import type { Service } from '#shared/catalogue.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import type { Contact, OrderItem } from '#shared/orders.ts'
import type { VendorStatus } from '#shared/presence.ts'
import type { Device } from '#shared/devices.ts'
import type { User } from '#shared/users.ts'

/**
 * The store port: what the services need, in their words. Adapters (sqlite/, mongo/) hold queries and presenters
 * only; contract.test.ts runs over each. Every write is one atomic, durable change of one record: when its promise
 * resolves it survives `kill -9`; one that cannot be written now rejects with UnavailableError. No operation needs a transaction across records.
 *
 * Records are plain objects; times are ISO 8601 strings in UTC with milliseconds, so they sort as text.
 */
export interface Store {
  start(): Promise<void>
  /** Finishes what was begun, then closes. */
  stop(): Promise<void>
  /** Resolves when the database answers; rejects when it cannot be used. */
  ping(): Promise<void>
  users: UserStore
  sessions: SessionStore
  services: ServiceStore
  orders: OrderStore
  presence: PresenceStore
  devices: DeviceStore
  notes: NoteStore
  records: RecordStore
}

/** A unique value is already there. `field` says which. */
export class DuplicateError extends Error {
  readonly field: 'email' | 'number' | 'idempotencyKey' | 'id'

  constructor(field: DuplicateError['field']) {
    super(`duplicate ${field}`)
    this.field = field
  }
}

/** `email` is lower-cased by whoever writes it, and unique. */
export interface UserRecord extends User {
  passwordHash: string
}

export interface UserStore {
  /** Throws DuplicateError('email'). */
  create(user: UserRecord): Promise<void>
  byId(id: string): Promise<UserRecord | null>
  byEmail(email: string): Promise<UserRecord | null>
  /** The user, while this session is theirs; else null. Asked with every request, so it is one question. */
  inSession(id: string, sessionId: string): Promise<UserRecord | null>
  /** By name, then id. */
  list(filter: { role?: Actor['role']; active?: boolean }): Promise<UserRecord[]>
  /** The changed record, or null when there is none. */
  change(id: string, change: Partial<Pick<UserRecord, 'name' | 'active' | 'passwordHash'>>): Promise<UserRecord | null>
}

/** One sign-in: a family of refresh tokens of which only the newest is good. Secrets are stored hashed. */
export interface SessionRecord {
  id: string
  userId: string
  secretHash: string
  createdAt: string
  expiresAt: string
}

export interface SessionStore {
  create(session: SessionRecord): Promise<void>
  byId(id: string): Promise<SessionRecord | null>
  /** Replaces the secret if it is still `fromHash`: of two uses of one token only one gets true. */
  rotate(id: string, fromHash: string, toHash: string, expiresAt: string): Promise<boolean>
  end(id: string): Promise<void>
  endAllOf(userId: string): Promise<void>
  /** Forgets what has expired; resolves to how many. */
  sweep(now: string): Promise<number>
}

export interface ServiceStore {
  create(service: Service): Promise<void>
  /** Those of `ids` that exist, in no particular order. */
  byIds(ids: readonly string[]): Promise<Service[]>
  /** By name, then id. */
  list(filter: { active?: boolean }): Promise<Service[]>
  change(id: string, change: Partial<Omit<Service, 'id' | 'currency'>>): Promise<Service | null>
}

/** An order as it is kept: whole, with what only the server knows. Never sent as it is; see presenters. */
export interface OrderRecord {
  id: string
  number: string
  status: OrderStatus
  version: number
  customer: { id: string; name: string }
  vendor: { id: string; name: string } | null
  contact: Contact
  items: OrderItem[]
  totalAmount: number
  currency: string
  notes: string
  scheduledFor: string | null
  /** One entry a version. */
  history: OrderHistoryEntry[]
  createdAt: string
  updatedAt: string
  declinedBy: string[]
}

/** Unique per customer; `bodyHash` tells a retry from another request under the same key. */
export interface Idempotency {
  key: string
  bodyHash: string
}

/** Whose orders: everybody's; a customer's own; a vendor's own and the offers they have not declined. */
export type OrderScope = { kind: 'all' } | { kind: 'customer'; id: string } | { kind: 'vendor'; id: string }

/** Where a page begins: after this order, newest first. */
export interface OrderPosition {
  createdAt: string
  id: string
}

export interface OrderListQuery {
  scope: OrderScope
  statuses?: readonly OrderStatus[]
  vendorId?: string
  customerId?: string
  /** Every word must be the beginning of a word of the number, the customer's, the vendor's or a service's name; case does not matter. A vendor's offers are not found by the customer's name, which a vendor may not know. */
  q?: string
  /** Creation time: `from` inclusive, `to` exclusive. */
  from?: string
  to?: string
  limit: number
  after?: OrderPosition
}

export interface OrderStore {
  /**
   * Keeps a new order, marked unpublished. Throws DuplicateError('number') or DuplicateError('idempotencyKey').
   */
  create(order: OrderRecord, idempotency?: Idempotency): Promise<void>
  byIdempotencyKey(customerId: string, key: string): Promise<{ order: OrderRecord; bodyHash: string } | null>
  /** Makes the key free again if that order still holds it. */
  freeIdempotencyKey(orderId: string, key: string): Promise<void>
  byId(id: string): Promise<OrderRecord | null>
  /**
   * Keeps `next` in place of the order if that is still at `expectedVersion`, marked unpublished; null when it is not
   * (or is not there). The database decides every race: nobody reads and then writes. `published`: the newest version
   * that is known to have been published, 0 when none is.
   */
  replace(next: OrderRecord, expectedVersion: number): Promise<{ published: number } | null>
  /** Newest first (createdAt, then id, both descending). */
  list(query: OrderListQuery): Promise<OrderRecord[]>
  /** How many of each vendor's orders are in a status that means work; vendors without any are absent. */
  activeCounts(): Promise<Map<string, number>>

  /** A point of the store's own clock, less an overlap longer than any write may take. Opaque, URL-safe. Take it before reading a list. */
  syncCursor(): Promise<string>
  /**
   * Every order written since `cursor` in its current state, in no particular order; may repeat, never misses one.
   * With a customer's scope theirs alone; with a vendor's scope everything that may ever have concerned a vendor
   * (the caller decides what of it they may see). `since`: the cursor's moment. 'expired' when the cursor is too old,
   * 'invalid' when it is not one.
   */
  changedSince(
    cursor: string,
    scope: OrderScope,
  ): Promise<{ since: string; orders: OrderRecord[] } | 'expired' | 'invalid'>

  /** Orders whose newest version is not known to have been published, oldest first. */
  unpublished(limit: number): Promise<OrderRecord[]>
  /** Clears the mark of each whose `version` is still the newest; of an older one nothing is noted. */
  markPublished(sent: readonly Pick<OrderRecord, 'id' | 'version'>[]): Promise<void>
}

/** What is remembered of a vendor between connections. `onBreak`: set by hand, and kept until taken back by hand. */
export interface PresenceRecord {
  vendorId: string
  status: VendorStatus
  since: string
  lastSeenAt: string | null
  onBreak: boolean
}

export interface PresenceStore {
  all(): Promise<PresenceRecord[]>
  put(record: PresenceRecord): Promise<void>
}

/** Its secret is stored hashed, and never shown again. */
export interface DeviceRecord extends Device {
  secretHash: string
  /** The client id of the session that the broker keeps for it, if it has asked for one. */
  session: string | null
}

/** What a part of the system has to remember for itself, such as how far it has come: one short text under each name. */
export interface NoteStore {
  get(name: string): Promise<string | null>
  put(name: string, text: string): Promise<void>
  /** Nothing happens when there is none. */
  remove(name: string): Promise<void>
}

export interface DeviceStore {
  create(device: DeviceRecord): Promise<void>
  byId(id: string): Promise<DeviceRecord | null>
  /** By name, then id; of one vendor, or of all. */
  list(filter: { vendorId?: string }): Promise<DeviceRecord[]>
  /** Notes when it was seen; nothing happens when it is gone. */
  seen(id: string, at: string): Promise<void>
  /** Notes the session that is kept for it; nothing happens when it is gone. */
  keepSession(id: string, session: string | null): Promise<void>
  /** False when it is not there (any more). */
  remove(id: string): Promise<boolean>
}

/** An order with all that is kept of it, but for the stamp by which changes are found: that is one database's own. */
export interface StoredOrder {
  order: OrderRecord
  /** null: none was given, or it was freed. */
  idempotencyKey: string | null
  bodyHash: string | null
  unpublished: boolean
  published: number
}

/** Everything that is kept, kind by kind, as it moves from one database to another. */
export interface Records {
  users: UserRecord
  services: Service
  devices: DeviceRecord
  presence: PresenceRecord
  sessions: SessionRecord
  notes: { name: string; text: string }
  orders: StoredOrder
}

export const recordKinds = ['users', 'services', 'devices', 'presence', 'sessions', 'notes', 'orders'] as const

export type RecordKind = (typeof recordKinds)[number]

/** For moving all there is, while nobody else writes to the database. */
export type RecordStore = { [Kind in RecordKind]: RecordTable<Records[Kind]> }

export interface RecordTable<Record> {
  count(): Promise<number>
  /** All of them, or those whose id comes after `after`, in the order of their ids (as UTF-8), some hundreds at a time. */
  read(after?: string): AsyncIterable<RecordBatch<Record>>
  /** Keeps each, in place of the one with its id. When it rejects, some may be kept; doing it again does no harm. Stamps orders anew. */
  write(records: readonly Record[]): Promise<void>
}

export interface RecordBatch<Record> {
  records: Record[]
  /** The id of the last of them. */
  last: string
}
