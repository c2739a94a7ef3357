import type { Actor } from '#shared/actors.ts'
import type { Vendor, VendorStatus, VendorStatusEvent } from '#shared/presence.ts'
import type { User } from '#shared/users.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { PresenceRecord, Store } from '../storage/store.ts'
import { createPresenceWrites } from './presence-writes.ts'

export interface PresenceDependencies {
  store: Pick<Store, 'presence' | 'users' | 'orders'>
  publisher: { vendorStatusChanged(event: VendorStatusEvent): void; vendorRemoved(vendorId: string): void }
  nodes: PresenceNodes
  clock: Clock
}

/** The nodes that share the store; alone, this one leads and tells nobody. */
export interface PresenceNodes {
  /** Whether this node tells the world, and the store, how every vendor stands. */
  isLeader(): boolean
  /** Whether this node is about to stop and others go on: its clients will be back on one of them in a moment. */
  isLeaving(): boolean
  send(kind: 'presence', reports: PresenceReport[]): void
}

/** How one vendor stands on one node. */
export interface PresenceReport {
  vendorId: string
  name: string
  active: boolean
  /** A connection that counts is open there. */
  present: boolean
  onBreak: boolean
  /** When "break" was last set or taken back by hand (ISO 8601, or '' if never since the node started): the later word counts. */
  breakSetAt: string
}

interface Tracked {
  name: string
  /** A vendor who was deactivated is on nobody's screen. */
  active: boolean
  record: PresenceRecord
  breakSetAt: string
  /** Open connections, and whether each counts: a device that reported "offline" is connected but not there to work. */
  connections: Map<string, { present: boolean }>
  /** The other nodes on which they have a connection that counts. */
  elsewhere: Set<string>
}

export type PresenceService = ReturnType<typeof createPresenceService>

/**
 * Presence is a fact of the connection: a vendor is online while one of theirs is open, on whatever node, and whatever
 * program made it. "break" is set by hand, and kept across connections until "online" takes it back. Every node works
 * out how everybody stands; the one that leads tells it, so that there is one order in which it is told.
 */
export function createPresenceService({ store, publisher, nodes, clock }: PresenceDependencies) {
  const vendors = new Map<string, Tracked>()
  const writes = createPresenceWrites(store, clock)
  let started = false

  const now = () => isoTime(clock.now())
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
    if (active) publisher.vendorStatusChanged({ vendorId, name, status, at: since })
    else publisher.vendorRemoved(vendorId)
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

  /** Works out the status anew. Who leads tells and keeps it; what was said by hand here, this node keeps in any case. */
  async function settle(tracked: Tracked, { seen = true, byHand = false } = {}): Promise<void> {
    const { record } = tracked
    const status = statusOf(tracked)
    const different = status !== record.status
    tracked.record = {
      ...record,
      status,
      since: different ? now() : record.since,
      lastSeenAt: seen ? now() : record.lastSeenAt,
    }
    if (different && nodes.isLeader()) publish(tracked)
    if (nodes.isLeader() || byHand) await writes.keep(tracked.record)
  }

  /** Something of this node's own has changed. */
  function changedHere(tracked: Tracked, options?: { byHand: boolean }): Promise<void> {
    nodes.send('presence', [reportOf(tracked)])
    return settle(tracked, options)
  }

  return {
    /** Nobody is connected to a process that has just started: on a single node everybody is offline until they return. */
    async start(): Promise<void> {
      const [users, records] = await Promise.all([
        store.users.list({ role: 'vendor', active: true }),
        store.presence.all(),
      ])
      const kept = new Map(records.map((record) => [record.vendorId, record]))
      started = true
      for (const user of users) {
        const tracked = track(user)
        const { onBreak } = tracked.record
        tracked.record = kept.get(user.id) ?? tracked.record
        // What another node has said already is newer than what was kept.
        if (tracked.breakSetAt) tracked.record = { ...tracked.record, onBreak }
        await settle(tracked, { seen: false })
        if (nodes.isLeader()) publish(tracked)
      }
    },

    connected: (vendor: Pick<Actor, 'id' | 'name'>, connectionId: string): Promise<void> => {
      const tracked = track(vendor)
      tracked.connections.set(connectionId, { present: true })
      return changedHere(tracked)
    },

    disconnected: (vendorId: string, connectionId: string): Promise<void> => {
      const tracked = vendors.get(vendorId)
      if (!tracked?.connections.delete(connectionId) || nodes.isLeaving()) return Promise.resolve()
      return changedHere(tracked)
    },

    /** What a vendor's program says of itself, on one of its connections. */
    reported: (vendor: Pick<Actor, 'id' | 'name'>, connectionId: string, status: VendorStatus): Promise<void> => {
      const tracked = track(vendor)
      const connection = tracked.connections.get(connectionId)
      const onBreak = status === 'offline' ? tracked.record.onBreak : status === 'break'
      const present = status !== 'offline'
      if (connection?.present === present && tracked.record.onBreak === onBreak) return Promise.resolve()
      if (connection) connection.present = present
      if (present) {
        tracked.record = { ...tracked.record, onBreak }
        tracked.breakSetAt = now()
      }
      return changedHere(tracked, { byHand: present })
    },

    /** A vendor was added, renamed, or (de)activated. */
    async vendorChanged(vendor: User): Promise<void> {
      const tracked = track(vendor)
      tracked.name = vendor.name
      tracked.active = vendor.active
      publish(tracked)
      nodes.send('presence', [reportOf(tracked)])
      await writes.keep(tracked.record)
    },

    /** What another node says of its own. */
    async heard(node: string, reports: readonly PresenceReport[]): Promise<void> {
      for (const { vendorId: id, name, active, present, onBreak, breakSetAt } of reports) {
        const tracked = track({ id, name })
        Object.assign(tracked, { name, active })
        const [moved, later] = [present !== tracked.elsewhere.has(node), breakSetAt > tracked.breakSetAt]
        if (present) tracked.elsewhere.add(node)
        else tracked.elsewhere.delete(node)
        if (later) {
          tracked.record = { ...tracked.record, onBreak }
          tracked.breakSetAt = breakSetAt
        }
        if (started && (moved || later)) await settle(tracked)
      }
    },

    /** Tells a node that has joined how everybody stands here; who leads tells its clients as well. */
    greet({ joined }: { joined: boolean }) {
      nodes.send('presence', [...vendors.values()].map(reportOf))
      if (joined && nodes.isLeader()) this.tellAll()
    },

    /** A node is gone, and with it the connections that it had. */
    async nodeGone(node: string): Promise<void> {
      for (const tracked of vendors.values()) {
        if (tracked.elsewhere.delete(node)) await settle(tracked)
      }
    },

    /** This node leads from now on: who did before may have known of something that it did not get to tell. */
    tellAll() {
      if (started) for (const tracked of vendors.values()) publish(tracked)
    },

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

    /** Resolves when everything that happened so far is kept. */
    drain: writes.drain,
    /** The same; what still cannot be written is given up, as after a start everybody is offline anyway. */
    stop: writes.stop,
  }
}
