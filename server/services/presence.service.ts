import type { Actor } from '#shared/actors.ts'
import type { Vendor, VendorStatus } from '#shared/presence.ts'
import type { User } from '#shared/users.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { PresenceRecord, Store } from '../storage/store.ts'
import type { EventBus } from './domain-events.ts'
import { createPresenceWrites } from './presence-writes.ts'

export interface PresenceDependencies {
  store: Pick<Store, 'presence' | 'users' | 'orders'>
  events: Pick<EventBus, 'emit'>
  nodes: PresenceNodes
  clock: Clock
}

/** The nodes that share the store. A single node is the leader and sends to none. */
export interface PresenceNodes {
  /** Whether this node publishes and stores the status of every vendor. */
  isLeader(): boolean
  /** Whether this node is about to stop while others go on: its clients will reconnect to one of them at once. */
  isLeaving(): boolean
  send(kind: 'presence', reports: PresenceReport[]): void
}

/** One vendor's presence on one node. */
export interface PresenceReport {
  vendorId: string
  name: string
  active: boolean
  /** Whether the vendor has an open connection there that counts. */
  present: boolean
  onBreak: boolean
  /** When the vendor last set or ended a break (ISO 8601; '' if not since the node started). The latest one counts. */
  breakSetAt: string
}

interface Tracked {
  name: string
  /** A deactivated vendor is removed from the retained topics. */
  active: boolean
  record: PresenceRecord
  breakSetAt: string
  /** Open connections, and whether each counts: a device that reported "offline" is connected but does not work. */
  connections: Map<string, { present: boolean }>
  /** The other nodes on which the vendor has a connection that counts. */
  elsewhere: Set<string>
}

export type PresenceService = ReturnType<typeof createPresenceService>

/**
 * Presence follows the connections: a vendor is online while any program of theirs is connected to any node. The vendor
 * sets "break", and it outlasts connections until the vendor sets "online". Every node computes the status of every
 * vendor; only the leader publishes it, so that subscribers receive the changes in one order.
 */
export function createPresenceService({ store, events, nodes, clock }: PresenceDependencies) {
  const vendors = new Map<string, Tracked>()
  const writes = createPresenceWrites(store, clock)
  let started = false

  const now = () => isoTime(clock.now())
  /** Now, but later than `time`: receivers ignore what is older than what they have, also when the clock was set back. */
  const after = (time: string) => isoTime(Math.max(clock.now(), (Date.parse(time) || 0) + 1))
  const offline = (vendorId: string): PresenceRecord => ({
    vendorId,
    status: 'offline',
    since: now(),
    lastSeenAt: null,
    onBreak: false,
  })

  function track({ id, name }: Pick<Actor, 'id' | 'name'>): Tracked {
    const tracked = vendors.get(id) ?? {
      name,
      active: true,
      record: offline(id),
      breakSetAt: '',
      connections: new Map(),
      elsewhere: new Set<string>(),
    }
    vendors.set(id, tracked)
    return tracked
  }

  function publish({ name, active, record: { vendorId, status, since } }: Tracked) {
    if (active) events.emit('vendor.status', { vendorId, name, status, at: since })
    else events.emit('vendor.removed', { vendorId })
  }

  function publishAll() {
    if (started) for (const tracked of vendors.values()) publish(tracked)
  }

  const presentHere = ({ connections }: Tracked) => [...connections.values()].some(({ present }) => present)

  function statusOf(tracked: Tracked): VendorStatus {
    if (!presentHere(tracked) && tracked.elsewhere.size === 0) return 'offline'
    return tracked.record.onBreak ? 'break' : 'online'
  }

  const reportOf = (tracked: Tracked): PresenceReport => ({
    vendorId: tracked.record.vendorId,
    name: tracked.name,
    active: tracked.active,
    present: presentHere(tracked),
    onBreak: tracked.record.onBreak,
    breakSetAt: tracked.breakSetAt,
  })

  /** Computes the status. The leader publishes and stores it; a break set on this node is stored by this node in any case. */
  async function update(tracked: Tracked, { seen = true, setByVendor = false } = {}): Promise<void> {
    const { record } = tracked
    const status = statusOf(tracked)
    const different = status !== record.status
    tracked.record = {
      ...record,
      status,
      since: different ? after(record.since) : record.since,
      lastSeenAt: seen ? now() : record.lastSeenAt,
    }
    if (different && nodes.isLeader()) publish(tracked)
    if (nodes.isLeader() || setByVendor) await writes.put(tracked.record)
  }

  /** After a change on this node. */
  function updateHere(tracked: Tracked, options?: { setByVendor: boolean }): Promise<void> {
    nodes.send('presence', [reportOf(tracked)])
    return update(tracked, options)
  }

  return {
    /** A process that has just started has no connections: on a single node every vendor is offline until they reconnect. */
    async start(): Promise<void> {
      const [users, records] = await Promise.all([
        store.users.list({ role: 'vendor', active: true }),
        store.presence.all(),
      ])
      const stored = new Map(records.map((record) => [record.vendorId, record]))
      started = true
      for (const user of users) {
        const tracked = track(user)
        const { onBreak } = tracked.record
        tracked.record = stored.get(user.id) ?? tracked.record
        // A report from another node is newer than the stored record.
        if (tracked.breakSetAt) tracked.record = { ...tracked.record, onBreak }
        await update(tracked, { seen: false })
        if (nodes.isLeader()) publish(tracked)
      }
    },

    connected: (vendor: Pick<Actor, 'id' | 'name'>, connectionId: string): Promise<void> => {
      const tracked = track(vendor)
      tracked.connections.set(connectionId, { present: true })
      return updateHere(tracked)
    },

    disconnected: (vendorId: string, connectionId: string): Promise<void> => {
      const tracked = vendors.get(vendorId)
      if (!tracked?.connections.delete(connectionId) || nodes.isLeaving()) return Promise.resolve()
      return updateHere(tracked)
    },

    /** A vendor's program reports its status on one of its connections. */
    reported: (vendor: Pick<Actor, 'id' | 'name'>, connectionId: string, status: VendorStatus): Promise<void> => {
      const tracked = track(vendor)
      const connection = tracked.connections.get(connectionId)
      const onBreak = status === 'offline' ? tracked.record.onBreak : status === 'break'
      const present = status !== 'offline'
      if (connection?.present === present && tracked.record.onBreak === onBreak) return Promise.resolve()
      if (connection) connection.present = present
      if (present) {
        tracked.record = { ...tracked.record, onBreak }
        tracked.breakSetAt = after(tracked.breakSetAt)
      }
      return updateHere(tracked, { setByVendor: present })
    },

    /** A vendor was added, renamed, or (de)activated. */
    async vendorChanged(vendor: User): Promise<void> {
      const tracked = track(vendor)
      tracked.name = vendor.name
      tracked.active = vendor.active
      publish(tracked)
      nodes.send('presence', [reportOf(tracked)])
      await writes.put(tracked.record)
    },

    /** Reports that another node has sent about its connections. */
    async applyReports(node: string, reports: readonly PresenceReport[]): Promise<void> {
      for (const { vendorId: id, name, active, present, onBreak, breakSetAt } of reports) {
        const tracked = track({ id, name })
        Object.assign(tracked, { name, active })
        const presenceChanged = present !== tracked.elsewhere.has(node)
        const breakChanged = breakSetAt > tracked.breakSetAt
        if (present) tracked.elsewhere.add(node)
        else tracked.elsewhere.delete(node)
        if (breakChanged) {
          tracked.record = { ...tracked.record, onBreak }
          tracked.breakSetAt = breakSetAt
        }
        if (started && (presenceChanged || breakChanged)) await update(tracked)
      }
    },

    /** Sends the presence on this node to the others. When one has joined, the leader also publishes for its clients. */
    sendReports({ joined }: { joined: boolean }) {
      nodes.send('presence', [...vendors.values()].map(reportOf))
      if (joined && nodes.isLeader()) publishAll()
    },

    /** A node has stopped, so its connections are closed. */
    async nodeGone(node: string): Promise<void> {
      for (const tracked of vendors.values()) {
        if (tracked.elsewhere.delete(node)) await update(tracked)
      }
    },

    /**
     * For a new leader: the previous leader may have stopped before it had published everything. What it did publish must
     * be older than what this node publishes, also if that node's clock was ahead: the store has its times.
     */
    async lead(): Promise<void> {
      try {
        for (const { vendorId, status, since } of await store.presence.all()) {
          const tracked = vendors.get(vendorId)
          if (!tracked || tracked.record.since >= since) continue
          tracked.record = { ...tracked.record, since: status === tracked.record.status ? since : after(since) }
        }
      } finally {
        publishAll()
      }
    },

    isOnline: (vendorId: string): boolean => vendors.get(vendorId)?.record.status === 'online',

    /** Active vendors by name, with how many orders each is working on. */
    async list(): Promise<Vendor[]> {
      const [users, active] = await Promise.all([
        store.users.list({ role: 'vendor', active: true }),
        store.orders.activeCounts(),
      ])
      return users.map((user) => {
        const { status, since, lastSeenAt } = track(user).record
        return { id: user.id, name: user.name, status, since, lastSeenAt, activeOrders: active.get(user.id) ?? 0 }
      })
    },

    /** Resolves when all changes so far are stored. */
    drain: writes.drain,
    /** The same, without further retries: after a start every vendor is offline anyway. */
    stop: writes.stop,
  }
}
