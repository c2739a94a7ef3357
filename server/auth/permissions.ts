import type { HeldLink, Role, Who } from '#shared/actors.ts'
import { offerAt } from '#shared/offers.ts'
import { isDecline, partyOf } from '#shared/order-status.ts'
import { topicTable, type TopicRow } from '#shared/topic-table.ts'
import { matchTopic, topics } from '#shared/topics.ts'
import type { OrderRecord } from '../storage/store.ts'

/**
 * How much of an order a caller may see; null means nothing. `offer`: not who ordered, nor the contact except its area.
 * `anonymous`: not who ordered, nor the contact, nor what people wrote.
 */
export type View = 'full' | 'offer' | 'anonymous' | 'gone' | null

/** The views that show an order. */
export type Shown = Exclude<View, 'gone' | null>

/**
 * Decides how much of an order an actor may see, for REST and MQTT alike. "gone": the vendor can no longer see the order,
 * but could before its last change; with `since` (ISO 8601): but could at any time since then.
 */
export function viewFor(who: Who, order: OrderRecord, since?: string): View {
  const party = partyOf(who, order)
  if (party === 'offered_vendor') return 'offer'
  if (party) return who.reader === 'without_contact' ? 'anonymous' : 'full'
  if (who.role !== 'vendor') return null
  return couldSee(who, order, since) ? 'gone' : null
}

/** Whether an actor may read a message about the order. `internal`: it is a note, which its customer never receives. */
export const maySeeMessage = (who: Who, order: OrderRecord, { internal }: { internal: boolean }): boolean =>
  viewFor(who, order) === 'full' &&
  !(internal && who.role === 'customer') &&
  (who.link?.may.includes('message') ?? true)

/** Whether the vendor could see an earlier version. History has one entry for each version; the newest is checked first. */
function couldSee(who: Who, order: OrderRecord, since: string | undefined): boolean {
  const { customer, history } = order
  const declinedBy = new Set(order.declinedBy)
  for (let n = history.length - 2; n >= 0; n--) {
    const [entry, next] = [history[n], history[n + 1]]
    if (!entry || !next) break
    if (since === undefined ? n < history.length - 2 : (next.recordedAt ?? next.at) < since) break
    // Undoes the decline that led to the next version: it was not in effect at this one.
    if (isDecline(entry, next)) declinedBy.delete(next.by.id)
    const { status, vendor } = entry
    const offer = order.offer && offerAt(history, n + 1)
    if (partyOf(who, { status, customer, vendor, declinedBy: [...declinedBy], offer })) return true
  }
  return false
}

/**
 * The same for those who get the same answers from the functions here, whatever is asked: one answer serves them all. null
 * for a person who has to be asked alone.
 */
export const audienceOf = ({ role, reader, link }: Who): string | null =>
  role === 'admin' && !link ? `admin ${reader ?? ''}` : null

/** A filter, or its parts before and after the subscriber's id. */
type AllowedFilter = string | { before: string; after: string }

const parameter = /\{\w+\}/g
const rootOf = ({ pattern }: TopicRow) => pattern.split('/', 1)[0] ?? ''
const rowsByRoot = new Map<string, TopicRow[]>()
for (const row of Object.values<TopicRow>(topicTable)) {
  const root = rootOf(row)
  rowsByRoot.set(root, [...(rowsByRoot.get(root) ?? []), row])
}

/**
 * The widest filters of a role. A role that may subscribe to every topic below a root gets the whole subtree, or the
 * subtree of the subscriber's id.
 */
function compileFilters(role: Role, allowed: (row: TopicRow) => boolean = () => true): AllowedFilter[] {
  return [...rowsByRoot].flatMap(([root, all]): AllowedFilter[] => {
    const rows = all.filter(allowed)
    if (rows.length < all.length) return rows.flatMap((row) => filterOfRow(row, role))
    if (rows.every(({ subscribers }) => subscribers[role] === 'all')) return [`${root}/#`]
    const isOwn = ({ pattern, subscribers }: TopicRow) => subscribers[role] === 'own' && pattern.startsWith(`${root}/{`)
    if (rows.every(isOwn)) return [{ before: `${root}/`, after: '/#' }]
    return rows.flatMap((row) => filterOfRow(row, role))
  })
}

function filterOfRow({ pattern, subscribers }: TopicRow, role: Role): AllowedFilter[] {
  if (subscribers[role] === undefined) return []
  if (subscribers[role] === 'all') return [pattern.replace(parameter, '+')]
  const [before = '', ...after] = pattern.split(parameter)
  return [{ before, after: after.join('+') }]
}

const filtersByRole: Record<Role, AllowedFilter[]> = {
  customer: compileFilters('customer'),
  vendor: compileFilters('vendor'),
  admin: compileFilters('admin'),
}
const filtersWithoutContact = compileFilters('admin', ({ personal }) => !personal)

const filtersOf = ({ id, role, reader, link }: Who) =>
  link ? filtersOfLink(id, link) : reader === 'without_contact' ? filtersWithoutContact : filtersByRole[role]

/** Those of one order. Each delivery is checked as well (mqtt/hooks/forward.ts): the customer may have others. */
const filtersOfLink = (customerId: string, { orderId, may }: HeldLink): AllowedFilter[] => [
  topics.customerOrders(customerId),
  topics.customerTracking(customerId),
  ...(may.includes('message') ? [topics.orderMessages(orderId)] : []),
]

/** Whether every topic that `filter` could match is allowed. A plain topic is a filter that matches itself. */
export function maySubscribe(who: Who, filter: string): boolean {
  const { role, id } = who
  // Called for every delivery, mostly with the same topic: the last result of each receiver is cached.
  const cached = lastResults.get(who)
  if (cached && cached.filter === filter && cached.role === role && cached.id === id) return cached.allowed
  const allowed = filtersOf(who).some((one) =>
    contains(typeof one === 'string' ? one : one.before + id + one.after, filter),
  )
  lastResults.set(who, { filter, role, id, allowed })
  return allowed
}

const lastResults = new WeakMap<Who, Who & { filter: string; allowed: boolean }>()

/** Whether a client may publish to `topic`. The server processes the publication and never forwards it unchanged. */
export function mayPublish(who: Who, topic: string): boolean {
  return matchTopic(topic)?.row.publishers.includes(who.role) ?? false
}

/** Whether a client may set a last will on this topic. */
export function mayLeaveWill(who: Who, topic: string): boolean {
  return (matchTopic(topic)?.row.will ?? false) && mayPublish(who, topic)
}

/**
 * Whether filter `outer` matches every topic that filter `inner` matches (MQTT-4.7.1: "#" is the parent and everything
 * below, "+" exactly one level; MQTT-4.7.2-1: a leading wildcard never matches a topic that begins with "$").
 */
export function contains(outer: string, inner: string): boolean {
  // Every topic has a first level, so "#" matches the same topics as "+/#".
  const [outerLevels, innerLevels] = [outer.split('/'), (inner === '#' ? '+/#' : inner).split('/')]
  if (/^[+#]/.test(outer) && inner.startsWith('$')) return false
  for (const [level, allowed] of outerLevels.entries()) {
    if (allowed === '#') return true
    const requested = innerLevels[level]
    if (requested === undefined || requested === '#') return false
    if (allowed !== '+' && allowed !== requested) return false
  }
  // "a" contains no "a/#": that filter matches "a" and every "a/…".
  return innerLevels.length === outerLevels.length
}
