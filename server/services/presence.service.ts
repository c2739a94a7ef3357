import type { Actor } from '#shared/actors.ts'
import type { Vendor, VendorStatus } from '#shared/presence.ts'
import type { User } from '#shared/users.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { PresenceRecord, Store } from '../storage/store.ts'
import type { EventBus } from './domain-events.ts'
import { createDutyStore, type DutyEvent } from './duty.ts'
import { createPresenceWrites } from './presence-writes.ts'
import {
  isPageOf,
  reportOf,
  setPages,
  stateOf,
  type PresenceReport,
  type PresentVendor,
  type TrackedVendor,
} from './tracked-vendor.ts'
import { createVendorDuty } from './vendor-duty.ts'

export interface PresenceDependencies {
  store: Pick<Store, 'presence' | 'users' | 'orders' | 'duties'>
  events: Pick<EventBus, 'emit'>
  nodes: PresenceNodes
  clock: Clock
  /** For how many seconds a vendor whom push reaches stays on duty without a connection. */
  pushOnDutyFor?: number
}

/** The nodes that share the store. A single node is the leader and sends to none. */
export interface PresenceNodes {
  /** Whether this node publishes and stores the status of every vendor. */
  isLeader(): boolean
  /** Whether this node is about to stop while others go on: its clients will reconnect to one of them at once. */
  isLeaving(): boolean
  send(kind: 'presence', reports: PresenceReport[]): void
}

export type PresenceService = ReturnType<typeof createPresenceService>

/**
 * Presence follows the connections: a vendor is online while any program of theirs is connected to any node. The vendor
 * sets "break", and it outlasts connections until the vendor sets "online". A vendor whom push reaches stays online after
 * the page was closed, for a time or until the vendor says otherwise (duty.ts). Every node computes the status of every
 * vendor; only the leader publishes it, so that subscribers receive the changes in one order.
 */
export function createPresenceService(dependencies: PresenceDependencies) {
  const { store, events, nodes, clock, pushOnDutyFor = 12 * 3600 } = dependencies
  const vendors = new Map<string, TrackedVendor>()
  const writes = createPresenceWrites(store, clock)
  const duties = createDutyStore(store, clock)
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

  function track({ id, name }: Pick<Actor, 'id' | 'name'>): TrackedVendor {
    const known = vendors.get(id)
    if (known) return known
    // A failed write needs no care of its own: the status is computed and stored with every later change as well.
    const ended = () => void update(tracked, { seen: false }).catch(() => {})
    const tracked: TrackedVendor = {
      name,
      active: true,
      record: offline(id),
      breakSetAt: '',
      duty: createVendorDuty({ vendorId: id, duties, clock, seconds: pushOnDutyFor, ended }),
      reachable: undefined,
      connections: new Map(),
      elsewhere: new Set<string>(),
    }
    vendors.set(id, tracked)
    return tracked
  }

  function publish({ name, active, reachable, record: { vendorId, status, since } }: TrackedVendor) {
    if (active) events.emit('vendor.status', { vendorId, name, status, reachable, at: since })
    else events.emit('vendor.removed', { vendorId })
  }

  function publishAll() {
    if (started) for (const tracked of vendors.values()) publish(tracked)
  }

  /** Computes the status. The leader publishes and stores it; a break set on this node is stored by this node in any case. */
  async function update(tracked: TrackedVendor, { seen = true, setByVendor = false } = {}): Promise<void> {
    const { record } = tracked
    const { status, reachable } = stateOf(tracked)
    const isNew = status !== record.status
    const different = isNew || reachable !== tracked.reachable
    tracked.reachable = reachable
    tracked.record = {
      ...record,
      status,
      since: isNew ? after(record.since) : record.since,
      lastSeenAt: seen ? now() : record.lastSeenAt,
    }
    if (different && nodes.isLeader()) publish(tracked)
    if (nodes.isLeader() || setByVendor) await writes.put(tracked.record)
  }

  /** A page of a vendor on a break says nothing of the vendor's duty. */
  const pageEvent = async ({ duty, record }: TrackedVendor, event: DutyEvent) => {
    if (!record.onBreak) await duty.happened(event)
  }

  /** After a change on this node. */
  function updateHere(tracked: TrackedVendor, options?: { setByVendor: boolean }): Promise<void> {
    nodes.send('presence', [reportOf(tracked)])
    return update(tracked, options)
  }

  return {
    /** A process that has just started has no connections: on a single node every vendor is offline until they reconnect. */
    async start(): Promise<void> {
      const [users, records, onDuty] = await Promise.all([
        store.users.list({ role: 'vendor', active: true }),
        store.presence.all(),
        duties.all(),
      ])
      const stored = new Map(records.map((record) => [record.vendorId, record]))
      started = true
      for (const user of users) {
        const tracked = track(user)
        const { onBreak } = tracked.record
        tracked.record = stored.get(user.id) ?? tracked.record
        // A report from another node is newer than the stored record.
        if (tracked.breakSetAt) tracked.record = { ...tracked.record, onBreak }
        tracked.duty.restore(onDuty.get(user.id))
        await update(tracked, { seen: false })
        if (nodes.isLeader()) publish(tracked)
      }
    },

    async connected(vendor: PresentVendor, connectionId: string): Promise<void> {
      const tracked = track(vendor)
      const isPage = isPageOf(vendor)
      tracked.connections.set(connectionId, { present: !(isPage && tracked.duty.current().off), isPage })
      const duty = isPage ? pageEvent(tracked, 'page opened') : null
      await Promise.all([updateHere(tracked), duty])
    },

    async disconnected(vendorId: string, connectionId: string): Promise<void> {
      const tracked = vendors.get(vendorId)
      const connection = tracked?.connections.get(connectionId)
      if (!tracked?.connections.delete(connectionId) || nodes.isLeaving()) return
      const duty = connection?.isPage ? pageEvent(tracked, 'page closed') : null
      await Promise.all([updateHere(tracked), duty])
    },

    /** A vendor's program reports its status on one of its connections. */
    async reported(vendor: PresentVendor, connectionId: string, status: VendorStatus): Promise<void> {
      const tracked = track(vendor)
      const duty = isPageOf(vendor) ? tracked.duty.happened(status) : null
      const connection = tracked.connections.get(connectionId)
      const onBreak = status === 'offline' ? tracked.record.onBreak : status === 'break'
      const present = status !== 'offline'
      // What one page says holds for the vendor's other pages as well, if push reaches the vendor.
      if (duty && tracked.duty.current().push) setPages(tracked, present)
      if (
        connection?.present === present &&
        tracked.record.onBreak === onBreak &&
        !(duty && tracked.duty.current().push)
      )
        return
      if (connection) connection.present = present
      if (present) {
        tracked.record = { ...tracked.record, onBreak }
        tracked.breakSetAt = after(tracked.breakSetAt)
      }
      await Promise.all([updateHere(tracked, { setByVendor: present }), duty])
    },

    /** Which vendors push reaches, at the start. */
    pushReaches(vendorIds: Iterable<string>): void {
      for (const id of vendorIds) {
        vendors.get(id)?.duty.pushReaches()
      }
    },

    /** Push reaches the vendor from now on, or no more. */
    async pushChanged(vendorId: string, reaches: boolean): Promise<void> {
      const tracked = vendors.get(vendorId)
      if (!tracked || tracked.duty.current().push === reaches) return
      const first = tracked.duty.happened(reaches ? 'push on' : 'push off')
      const isOpen = [...tracked.connections.values()].some(({ isPage, present }) => isPage && present)
      const opened = reaches && isOpen ? pageEvent(tracked, 'page opened') : null
      await Promise.all([first, opened, updateHere(tracked)])
    },

    /** A vendor was added, renamed, or (de)activated, or has other skills or areas. */
    async vendorChanged(vendor: User): Promise<void> {
      events.emit('vendors.changed', null)
      const tracked = track(vendor)
      tracked.name = vendor.name
      tracked.active = vendor.active
      publish(tracked)
      nodes.send('presence', [reportOf(tracked)])
      await writes.put(tracked.record)
    },

    /** Reports that another node has sent about its connections. */
    async applyReports(node: string, reports: readonly PresenceReport[]): Promise<void> {
      for (const report of reports) {
        const { vendorId: id, name, active, present, onBreak, breakSetAt } = report
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
        const dutyChanged = tracked.duty.applies(report)
        if (dutyChanged) {
          const { push, off } = tracked.duty.current()
          // What the vendor said to a page on another node holds for the pages here as well.
          if (push) setPages(tracked, !off)
        }
        if (started && (presenceChanged || breakChanged || dutyChanged)) await update(tracked)
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
        const { reachable, record } = track(user)
        const { status, since, lastSeenAt } = record
        return {
          id: user.id,
          name: user.name,
          status,
          reachable,
          since,
          lastSeenAt,
          activeOrders: active.get(user.id) ?? 0,
        }
      })
    },

    /** Resolves when all changes so far are stored. */
    async drain(): Promise<void> {
      await Promise.all([writes.drain(), duties.drain()])
    },
    /** The same, without further retries: after a start every vendor is offline anyway, or on duty by push. */
    async stop(): Promise<void> {
      for (const { duty } of vendors.values()) duty.stop()
      await Promise.all([writes.stop(), duties.drain()])
    },
  }
}
