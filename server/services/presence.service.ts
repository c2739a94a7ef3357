import type { Actor } from '#shared/actors.ts'
import type { Vendor, VendorStatus, VendorStatusEvent } from '#shared/presence.ts'
import type { User } from '#shared/users.ts'
import { isoTime, type Clock } from '../clock.ts'
import type { PresenceRecord, Store } from '../storage/store.ts'
import { UnavailableError } from '../unavailable.ts'

export interface PresenceDependencies {
  store: Pick<Store, 'presence' | 'users' | 'orders'>
  publisher: { vendorStatusChanged(event: VendorStatusEvent): void; vendorRemoved(vendorId: string): void }
  clock: Clock
}

interface Tracked {
  name: string
  /** A vendor who was deactivated is on nobody's screen. */
  active: boolean
  record: PresenceRecord
  /** Open connections, and whether each counts: a device that reported "offline" is connected but not there to work. */
  connections: Map<string, { present: boolean }>
}

/** From a write that failed to the next attempt, in ms. */
const retryAfter = 2_000

export type PresenceService = ReturnType<typeof createPresenceService>

/**
 * Presence is a fact of the connection: a vendor is online while one of theirs is open, whatever program made it.
 * "break" is set by hand, and kept across connections until "online" takes it back.
 */
export function createPresenceService({ store, publisher, clock }: PresenceDependencies) {
  const vendors = new Map<string, Tracked>()
  // Of one vendor's states only the newest is worth writing, and one write at a time keeps them in order.
  const waiting = new Map<string, PresenceRecord>()
  let writing = Promise.resolve()
  let turns = 0
  let away: { until: number; error: UnavailableError } | null = null
  let cancelRetry: (() => void) | null = null

  const now = () => isoTime(clock.now())
  const offline = (vendorId: string): PresenceRecord => ({
    vendorId,
    status: 'offline',
    since: now(),
    lastSeenAt: null,
    onBreak: false,
  })

  function track({ id, name }: Pick<Actor, 'id' | 'name'>): Tracked {
    const tracked = vendors.get(id) ?? { name, active: true, record: offline(id), connections: new Map() }
    vendors.set(id, tracked)
    return tracked
  }

  function publish({ name, active, record: { vendorId, status, since } }: Tracked) {
    if (active) publisher.vendorStatusChanged({ vendorId, name, status, at: since })
    else publisher.vendorRemoved(vendorId)
  }

  /**
   * Resolves when this state, or a newer one, is written. A write that fails is its callers' to hear of; what it should
   * have written is tried again with the next, and by itself until it is written: the vendor may not come back.
   */
  function keep(record: PresenceRecord): Promise<void> {
    waiting.set(record.vendorId, record)
    return write(record.vendorId)
  }

  function write(vendorId: string): Promise<void> {
    const turn = ++turns
    writing = writing
      .catch(() => {})
      .then(async () => {
        const newest = waiting.get(vendorId)
        if (!newest) return
        if (away && turn <= away.until) throw away.error
        waiting.delete(vendorId)
        try {
          await store.presence.put(newest)
        } catch (error) {
          if (!waiting.has(vendorId)) waiting.set(vendorId, newest)
          // Whoever has queued up so far would find out the same, each after a while.
          if (error instanceof UnavailableError) away = { until: turns, error }
          cancelRetry ??= clock.after(retryAfter, retry)
          throw error
        }
      })
    return writing
  }

  function retry() {
    cancelRetry = null
    for (const vendorId of waiting.keys()) write(vendorId).catch(() => {})
  }

  function statusOf({ connections, record }: Tracked): VendorStatus {
    if (![...connections.values()].some((connection) => connection.present)) return 'offline'
    return record.onBreak ? 'break' : 'online'
  }

  /** Works out the status anew; tells and keeps it if it is another. */
  async function settle(tracked: Tracked, { seen = true } = {}): Promise<void> {
    const { record } = tracked
    const status = statusOf(tracked)
    const different = status !== record.status
    tracked.record = {
      ...record,
      status,
      since: different ? now() : record.since,
      lastSeenAt: seen ? now() : record.lastSeenAt,
    }
    if (different) publish(tracked)
    await keep(tracked.record)
  }

  return {
    /** Nobody is connected to a process that has just started: everybody is offline until they return. */
    async start(): Promise<void> {
      const [users, records] = await Promise.all([
        store.users.list({ role: 'vendor', active: true }),
        store.presence.all(),
      ])
      const kept = new Map(records.map((record) => [record.vendorId, record]))
      for (const user of users) {
        const tracked = track(user)
        tracked.record = kept.get(user.id) ?? tracked.record
        await settle(tracked, { seen: false })
        publish(tracked)
      }
    },

    connected: (vendor: Pick<Actor, 'id' | 'name'>, connectionId: string): Promise<void> => {
      const tracked = track(vendor)
      tracked.connections.set(connectionId, { present: true })
      return settle(tracked)
    },

    disconnected: (vendorId: string, connectionId: string): Promise<void> => {
      const tracked = vendors.get(vendorId)
      if (!tracked?.connections.delete(connectionId)) return Promise.resolve()
      return settle(tracked)
    },

    /** What a vendor's program says of itself, on one of its connections. */
    reported: (vendor: Pick<Actor, 'id' | 'name'>, connectionId: string, status: VendorStatus): Promise<void> => {
      const tracked = track(vendor)
      const connection = tracked.connections.get(connectionId)
      const onBreak = status === 'offline' ? tracked.record.onBreak : status === 'break'
      const present = status !== 'offline'
      if (connection?.present === present && tracked.record.onBreak === onBreak) return Promise.resolve()
      if (connection) connection.present = present
      if (present) tracked.record = { ...tracked.record, onBreak }
      return settle(tracked)
    },

    /** A vendor was added, renamed, or (de)activated. */
    async vendorChanged(vendor: User): Promise<void> {
      const tracked = track(vendor)
      tracked.name = vendor.name
      tracked.active = vendor.active
      publish(tracked)
      await keep(tracked.record)
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
    drain: () => writing.catch(() => {}),

    /** The same; what still cannot be written is given up, as after a start everybody is offline anyway. */
    async stop() {
      await this.drain()
      cancelRetry?.()
      cancelRetry = null
    },
  }
}
