import type { Actor, Role } from '#shared/actors.ts'
import { isDecline, partyOf } from '#shared/order-status.ts'
import { topicTable, type TopicRow } from '#shared/topic-table.ts'
import { matchTopic } from '#shared/topics.ts'
import type { OrderRecord } from '../storage/store.ts'

/** Which part of an order a receiver may read; null: nothing. */
export type View = 'full' | 'offer' | 'gone' | null

type Who = Pick<Actor, 'id' | 'role'>

/**
 * Who sees what of an order: the one function that REST and the broker ask. "gone" is for a vendor who could see it
 * before its last change and no longer can; with `since` (ISO 8601), for one who could at any time since then.
 */
export function viewFor(who: Who, order: OrderRecord, since?: string): View {
  const party = partyOf(who, order)
  if (party) return party === 'offered_vendor' ? 'offer' : 'full'
  if (who.role !== 'vendor') return null
  return couldSee(who, order, since) ? 'gone' : null
}

/** Looks back over the history, one state an entry, newest first: the last one that has passed, and all that passed since. */
function couldSee(who: Who, order: OrderRecord, since: string | undefined): boolean {
  const { customer, history } = order
  const declinedBy = new Set(order.declinedBy)
  for (let n = history.length - 2; n >= 0; n--) {
    const [entry, next] = [history[n], history[n + 1]]
    if (!entry || !next) break
    if (since === undefined ? n < history.length - 2 : (next.recordedAt ?? next.at) < since) break
    // What they have done to it since, they had not done then.
    if (isDecline(entry, next)) declinedBy.delete(next.by.id)
    const { status, vendor } = entry
    if (partyOf(who, { status, customer, vendor, declinedBy: [...declinedBy] })) return true
  }
  return false
}

/** A filter, or what comes before and after the subscriber's id in it. */
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
function compileFilters(role: Role): AllowedFilter[] {
  return [...rowsByRoot].flatMap(([root, rows]): AllowedFilter[] => {
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

/** Whether every topic that `filter` could match is allowed. A plain topic is a filter that matches itself. */
export function maySubscribe(who: Who, filter: string): boolean {
  const { role, id } = who
  // Called for every delivery, mostly with the same topic: the last result of each receiver is cached.
  const known = answers.get(who)
  if (known && known.filter === filter && known.role === role && known.id === id) return known.allowed
  const allowed = filtersByRole[role].some((one) =>
    contains(typeof one === 'string' ? one : one.before + id + one.after, filter),
  )
  answers.set(who, { filter, role, id, allowed })
  return allowed
}

const answers = new WeakMap<Who, Who & { filter: string; allowed: boolean }>()

/** Whether a client may publish to `topic`. The server takes the publication and never forwards it unchanged. */
export function mayPublish(who: Who, topic: string): boolean {
  return matchTopic(topic)?.row.publishers.includes(who.role) ?? false
}

/** Whether a client may leave this as its last will. */
export function mayLeaveWill(who: Who, will: { topic: string; qos?: number; retain?: boolean }): boolean {
  const mayBeWill = matchTopic(will.topic)?.row.will ?? false
  return mayBeWill && mayPublish(who, will.topic) && (will.qos ?? 0) < 2 && !will.retain
}

/**
 * Whether filter `outer` matches every topic that filter `inner` matches (MQTT-4.7.1: "#" is the parent and everything
 * below, "+" exactly one level; MQTT-4.7.2-1: a leading wildcard never matches a topic that begins with "$").
 */
export function contains(outer: string, inner: string): boolean {
  // Every topic has a first level, so alone "#" asks for no more than "+/#".
  const [out, inn] = [outer.split('/'), (inner === '#' ? '+/#' : inner).split('/')]
  if (/^[+#]/.test(outer) && inner.startsWith('$')) return false
  for (const [level, allowed] of out.entries()) {
    if (allowed === '#') return true
    const asked = inn[level]
    if (asked === undefined || asked === '#') return false
    if (allowed !== '+' && allowed !== asked) return false
  }
  // "a/#" also matches "a", which "a" alone would allow, but then every "a/…" as well.
  return inn.length === out.length
}
