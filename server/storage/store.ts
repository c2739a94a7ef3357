import type { Actor } from '#shared/actors.ts'
import type { OrderHistoryEntry } from '#shared/apply-transition.ts'
import type { Service } from '#shared/catalogue.ts'
import type { OrderOffer } from '#shared/offers.ts'
import type { Figures, StatusCounts } from '#shared/figures.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import type { OrderFile } from '#shared/files.ts'
import type { Contact, OrderItem, OrderLink } from '#shared/orders.ts'
import type { Payment, Rating } from '#shared/order-outcome.ts'
import type { Proof } from '#shared/proof.ts'
import type { User } from '#shared/users.ts'
import type { Metric } from '../lib/metrics.ts'
import type { AbilityRecord } from './definitions/abilities.ts'
import type { CustomerRecord } from './definitions/customers.ts'
import type { DeliveryRecord } from './definitions/deliveries.ts'
import type { DepartureRecord } from './definitions/departures.ts'
import type { DutyRecord } from './definitions/duties.ts'
import type { PresenceRecord } from './definitions/presence.ts'
import type { RenameRecord } from './definitions/renames.ts'
import type { VerifiedEmailRecord } from './definitions/verified-emails.ts'
import type { RecordCollection, RecordDefinition } from './records.ts'

export type {
  AbilityRecord,
  CustomerRecord,
  DeliveryRecord,
  DepartureRecord,
  DutyRecord,
  PresenceRecord,
  RenameRecord,
  VerifiedEmailRecord,
}

/**
 * The store port. Adapters (sqlite/, mongo/) implement StoreAdapter; contract.test.ts runs over each. Every write is one
 * atomic, durable change of one record: when its promise resolves, the change survives `kill -9`. A write that the
 * database cannot take now rejects with UnavailableError. No operation needs a transaction across records.
 *
 * Records are plain objects; times are ISO 8601 strings in UTC with milliseconds, so they sort as text.
 */
export interface Store extends StoreAdapter, RecordViews {}

/** What every adapter writes by hand; all other records are interpreted from their definitions (records.ts). */
export interface StoreAdapter {
  start(): Promise<void>
  /** Finishes the writes it has accepted, then closes. */
  stop(): Promise<void>
  /** Resolves when the database responds; rejects when it cannot be used. */
  ping(): Promise<void>
  users: UserStore
  sessions: SessionStore
  orders: OrderStore
  /** The records of one of the definitions that the store was created with. */
  collection<Stored extends object, Index extends string>(
    definition: RecordDefinition<Stored, Index>,
  ): RecordCollection<Stored, Index>
  /**
   * Removes what deleted and replaced records have left in the database's files. Resolves when the bytes are gone, as far
   * as the files are this process's own.
   */
  purge(): Promise<void>
  /**
   * Copies everything committed until now into a file that does not exist yet; it appears when it is whole and checked.
   * null where the database has its own tools.
   */
  backUp: ((to: string) => Promise<void>) | null
  bulkTransfer: BulkTransfer
  /** What the adapter measures, for `GET /metrics`. */
  metrics: readonly Metric[]
  /**
   * How long an order that was sent may wait for its mark (`markPublished`), in ms. In the embedded store a commit for each
   * one costs as much as the delivery to a hundred dashboards. 0 where nodes share the database: another one would find the
   * order, and send it again.
   */
  markWithin: number
}

/** The core's collections under the names that services call (record-views.ts). */
export interface RecordViews {
  services: ServiceStore
  customers: CustomerStore
  presence: PresenceStore
  duties: DutyStore
  keyValue: KeyValueStore
  departures: DepartureStore
  renames: RenameStore
  deliveries: DeliveryStore
  verifiedEmails: VerifiedEmailStore
  abilities: AbilityStore
}

/** Another record has the same unique value. `field`: the name of the field in the record. */
export class DuplicateError extends Error {
  readonly field: string

  constructor(field: string) {
    super(`duplicate ${field}`)
    this.field = field
  }
}

/** `email` is unique, in the form of `normalEmail` (shared/email.ts). */
export interface UserRecord extends Omit<User, 'skills' | 'areas'> {
  passwordHash: string
}

export interface UserStore {
  /** Throws DuplicateError('email'). */
  create(user: UserRecord): Promise<void>
  byId(id: string): Promise<UserRecord | null>
  byEmail(email: string): Promise<UserRecord | null>
  /** The user, if the session is theirs; else null. Runs with every request, so it is one query. */
  inSession(id: string, sessionId: string): Promise<UserRecord | null>
  /** By name, then id. */
  list(filter: { role?: Actor['role']; active?: boolean }): Promise<UserRecord[]>
  /** The changed record, or null when there is none. Throws DuplicateError('email'). */
  change(id: string, change: Partial<Omit<UserRecord, 'id' | 'role' | 'createdAt'>>): Promise<UserRecord | null>
  /**
   * The same, and the user is inactive. 'last_admin': no other admin is active, so nothing changes. Of concurrent calls,
   * from any number of nodes, at least one leaves an admin active.
   */
  deactivate(
    id: string,
    change: Partial<Pick<UserRecord, 'name' | 'passwordHash'>>,
  ): Promise<UserRecord | 'last_admin' | null>
}

/**
 * One sign-in: a family of refresh tokens. Their secrets are stored hashed: the newest, and the one before it with the time
 * at which it was replaced; null before the first rotation.
 */
export interface SessionRecord {
  id: string
  userId: string
  secretHash: string
  previousHash: string | null
  rotatedAt: string | null
  createdAt: string
  expiresAt: string
  /** The browser's User-Agent at the sign-in; null when there was none. */
  userAgent: string | null
}

export interface SessionTimes {
  rotatedAt: string
  expiresAt: string
}

export interface SessionStore {
  create(session: SessionRecord): Promise<void>
  byId(id: string): Promise<SessionRecord | null>
  /** All sessions of one user, in no particular order. */
  listOf(userId: string): Promise<SessionRecord[]>
  /** Replaces the secret if it is still `fromHash`, which becomes the previous one: of two calls only one resolves to true. */
  rotate(id: string, fromHash: string, toHash: string, times: SessionTimes): Promise<boolean>
  end(id: string): Promise<void>
  endAllOf(userId: string): Promise<void>
  /** Deletes the sessions that have expired by `now`; resolves to their number. */
  sweep(now: string): Promise<number>
}

/** What a service need not have. */
export type ServiceDetail =
  'category' | 'options' | 'availableHours' | 'deadlines' | 'skills' | 'offers' | 'proof' | 'picture'

export type ServiceChange = Partial<
  Omit<Service, 'id' | ServiceDetail> & { [Detail in ServiceDetail]: Service[Detail] | null }
>

export interface ServiceStore {
  create(service: Service): Promise<void>
  /** Those of `ids` that exist, in no particular order. */
  byIds(ids: readonly string[]): Promise<Service[]>
  /** By name, then id. */
  list(filter: { active?: boolean }): Promise<Service[]>
  /** null removes what a service need not have. */
  change(id: string, change: ServiceChange): Promise<Service | null>
}

export interface CustomerStore {
  /** Throws DuplicateError('phoneKey'). */
  create(customer: CustomerRecord): Promise<void>
  get(id: string): Promise<CustomerRecord | null>
  byPhone(phoneKey: string): Promise<CustomerRecord | null>
  change(id: string, change: Pick<CustomerRecord, 'email'>): Promise<CustomerRecord | null>
  /** False when there is none. */
  remove(id: string): Promise<boolean>
}

/** An order as it is stored: whole, with fields that clients never receive; presenters build what clients get. */
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
  payment?: Payment
  rating?: Rating
  followUp?: OrderLink
  followUpOf?: OrderLink
  proof?: Proof
  /** The customer tells it to the vendor, who proves with it that the work is done. */
  pin?: string
  files?: OrderFile[]
  /** One entry per version. */
  history: OrderHistoryEntry[]
  createdAt: string
  updatedAt: string
  declinedBy: string[]
  /** Absent until it is offered to fewer than all vendors. */
  offer?: OrderOffer
}

/** Unique per customer; `bodyHash` distinguishes a retry from another request under the same key. */
export interface Idempotency {
  key: string
  bodyHash: string
}

/** All orders; a customer's own; a vendor's own and what is offered to the vendor, who has not declined it. */
export type OrderScope = { kind: 'all' } | { kind: 'customer'; id: string } | { kind: 'vendor'; id: string }

/** A page starts after this order, newest first. */
export interface OrderPosition {
  createdAt: string
  id: string
}

export interface OrderListQuery {
  scope: OrderScope
  statuses?: readonly OrderStatus[]
  vendorId?: string
  customerId?: string
  /**
   * Every token of it must be the prefix of a token of the number, the customer's, the vendor's or a service's name
   * (shared/search.ts). In the scope of all orders, the address and parts of the phone number match as well. A vendor's
   * offers are not found by the customer's name, which a vendor may not read.
   */
  q?: string
  /** Creation time: `from` inclusive, `to` exclusive. */
  from?: string
  to?: string
  limit: number
  after?: OrderPosition
}

/** By id; `hours`: the statuses by hour of creation (2026-03-02T08). All in no particular order. */
export interface OrderFigures {
  all: Figures
  vendors: Map<string, Figures>
  services: Map<string, Figures>
  hours: Map<string, StatusCounts>
}

export interface OrderStore {
  /** Stores a new order, marked unpublished. Throws DuplicateError('number') or DuplicateError('idempotencyKey'). */
  create(order: OrderRecord, idempotency?: Idempotency): Promise<void>
  byIdempotencyKey(customerId: string, key: string): Promise<{ order: OrderRecord; bodyHash: string } | null>
  /** Releases the key, and removes the hash of its body, if that order still holds it; without `key`, whichever it holds. */
  freeIdempotencyKey(orderId: string, key?: string): Promise<void>
  byId(id: string): Promise<OrderRecord | null>
  /**
   * Replaces the order by `next`, marked unpublished, if it is still at `expectedVersion`; null when it is not, or does
   * not exist. One conditional write, so of concurrent replacements one succeeds. `published`: the newest version marked
   * as published; 0 when none is.
   */
  replace(next: OrderRecord, expectedVersion: number): Promise<{ published: number } | null>
  /**
   * Deletes each order that is still at this version, if that version is published; with its idempotency key, its
   * declines, offers and its search tokens. Resolves to the ids of those that are gone.
   */
  remove(orders: readonly Pick<OrderRecord, 'id' | 'version'>[]): Promise<string[]>
  /** Newest first (createdAt, then id, both descending). */
  list(query: OrderListQuery): Promise<OrderRecord[]>
  /** The number of each vendor's orders in an active status; vendors without any are absent. */
  activeCounts(): Promise<Map<string, number>>
  /** Of the stored orders that were created between two full hours; `to` is exclusive. */
  figures(range: { from: string; to: string }): Promise<OrderFigures>

  /** The store's clock, minus an overlap longer than any write may take. Opaque, URL-safe. Take it before reading a list. */
  syncCursor(): Promise<string>
  /**
   * Every order written since `cursor` in its current state, in no particular order; may repeat, never misses one.
   * A customer's scope selects that customer's orders; a vendor's scope every order that may ever have concerned a
   * vendor, which the caller filters. `since`: the cursor's time. 'expired': the cursor is too old; 'invalid': it is
   * not a cursor. With a limit, `next` is where the following page begins; null after the last one. An order that
   * changes between two pages is in a later one again.
   */
  changedSince(
    cursor: string,
    scope: OrderScope,
    page?: { limit: number; after?: ChangePosition },
  ): Promise<{ since: string; orders: OrderRecord[]; next: ChangePosition | null } | 'expired' | 'invalid'>

  /** Orders whose newest version is not marked as published, oldest first. */
  unpublished(limit: number): Promise<OrderRecord[]>
  /** Clears the mark of each order whose `version` is still the newest; ignores older versions. */
  markPublished(sent: readonly Pick<OrderRecord, 'id' | 'version'>[]): Promise<void>
  /**
   * Makes the search tokens of up to `limit` orders anew, those whose id comes after `after` (as UTF-8). Nothing else of
   * an order changes, its change timestamp included; an order that changes meanwhile keeps the tokens of its change.
   * Resolves to the last id; null when there was no order.
   */
  refreshSearchTokens(after: string, limit: number): Promise<string | null>
}

/** A place in the changes, oldest first: the time of a change in ms, and what orders the changes of that time. */
export interface ChangePosition {
  changedAt: number
  key: string
}

export interface PresenceStore {
  all(): Promise<PresenceRecord[]>
  put(record: PresenceRecord): Promise<void>
  remove(vendorId: string): Promise<void>
}

/** One short text per name. */
export interface DutyStore {
  all(): Promise<DutyRecord[]>
  put(record: DutyRecord): Promise<void>
  remove(vendorId: string): Promise<void>
}

export interface KeyValueStore {
  get(name: string): Promise<string | null>
  put(name: string, text: string): Promise<void>
  /** Whether this call created it: false when there is a text of that name. */
  create(name: string, text: string): Promise<boolean>
  /** No effect when there is none. */
  remove(name: string): Promise<void>
}

export interface VerifiedEmailStore {
  has(userId: string): Promise<boolean>
  put(record: VerifiedEmailRecord): Promise<void>
  /** False when there is no such record. */
  remove(userId: string): Promise<boolean>
}

export interface AbilityStore {
  all(): Promise<AbilityRecord[]>
  of(vendorId: string): Promise<AbilityRecord | null>
  put(record: AbilityRecord): Promise<void>
  /** No effect when there is none. */
  remove(vendorId: string): Promise<void>
}

export interface DepartureStore {
  /** Replaces an earlier departure of the vendor. */
  put(departure: DepartureRecord): Promise<void>
  of(vendorId: string): Promise<DepartureRecord | null>
  unfinished(): Promise<DepartureRecord[]>
  all(): Promise<DepartureRecord[]>
  /** No effect when a later departure has replaced this one. */
  finish(departure: Pick<DepartureRecord, 'vendorId' | 'id'>): Promise<void>
}

export interface RenameStore {
  create(rename: RenameRecord): Promise<void>
  all(): Promise<RenameRecord[]>
  /** No effect when there is none. */
  remove(id: string): Promise<void>
}

export interface DeliveryStore {
  /** Throws DuplicateError when a delivery has this id. */
  create(delivery: DeliveryRecord): Promise<void>
  get(id: string): Promise<DeliveryRecord | null>
  /** Those of `ids` that exist, in no particular order. */
  getMany(ids: readonly string[]): Promise<DeliveryRecord[]>
  /** The changed delivery; null when there is none, or when it differs from `when`. */
  change(id: string, change: Partial<DeliveryRecord>, when?: Partial<DeliveryRecord>): Promise<DeliveryRecord | null>
  /** The oldest waiting delivery of a queue. */
  oldestWaiting(queue: string): Promise<DeliveryRecord | undefined>
  /** The oldest waiting delivery of the first queue after `queue`, by name. */
  nextWaiting(queue: string): Promise<DeliveryRecord | undefined>
  /** By id, after this one. */
  page(after: string, limit: number): Promise<DeliveryRecord[]>
  remove(id: string): Promise<void>
  /** Deletes those that have expired by `now`. */
  sweep(now: string): Promise<number>
}

/** An order with its metadata, except the change timestamp, which belongs to one database's clock. */
export interface StoredOrder {
  order: OrderRecord
  /** null: none was sent, or it was released. */
  idempotencyKey: string | null
  bodyHash: string | null
  unpublished: boolean
  published: number
}

/** Copies every record to another database; requires that nothing else writes to the target. */
export interface BulkTransfer {
  readonly users: BulkTable<UserRecord>
  readonly sessions: BulkTable<SessionRecord>
  readonly orders: BulkTable<StoredOrder>
  /** Every kind of record in the order in which it is copied: those three, and each definition's by its name. */
  readonly kinds: ReadonlyMap<string, BulkTable<unknown>>
}

export interface BulkTable<Stored> {
  count(): Promise<number>
  /** All records, or those whose id comes after `after`, by id (as UTF-8), a few hundred per batch. */
  read(after?: string): AsyncIterable<BulkBatch<Stored>>
  /** Inserts each record, or replaces the one with its id. When it rejects, some may be stored; repeating it is safe. Orders get a new change timestamp. */
  write(records: readonly Stored[]): Promise<void>
}

export interface BulkBatch<Stored> {
  records: Stored[]
  /** The id of the last record. */
  last: string
}
