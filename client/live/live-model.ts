import { signal } from '@preact/signals-core'
import * as z from 'zod/mini'
import { Order, type OrderEvent } from '#shared/orders.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import type { Api } from './api.ts'
import { createFeed, type Feed, type FeedQuery } from './feed.ts'
import { createLive, type LiveDependencies } from './live.ts'
import { createMessageRouter, type Receivers } from './message-router.ts'
import type { Orders } from './orders.ts'
import { readOnly } from './read-only.ts'
import { createSync } from './sync.ts'

export interface LiveModelDependencies
  extends
    Pick<
      LiveDependencies,
      'transport' | 'url' | 'username' | 'token' | 'renew' | 'filters' | 'filtersWhileShown' | 'onFailure' | 'now'
    >,
    Pick<Receivers, 'catalogue' | 'notification' | 'alert' | 'alertRemoved' | 'message' | 'tracked' | 'located'> {
  api: Pick<Api, 'get'>
  orders: Orders
  /** Called with an order that a message has just changed. */
  onLiveOrder?(order: Order): void
  /** Called when the missed changes have been read. "Live" waits for it; it rejects to be called again. */
  onCaughtUp?(): Promise<void>
}

export type LiveModel = ReturnType<typeof createLiveModel>

/**
 * What keeps orders and vendors current for one user or token: the connection, lists, missed changes, and the merge by
 * version. It knows no page: the pages (models/workspace.ts) and the library (library/) are built on it.
 */
export function createLiveModel({
  api,
  orders,
  transport,
  catalogue,
  notification,
  alert,
  alertRemoved,
  message,
  tracked,
  located,
  onLiveOrder = () => {},
  onCaughtUp = async () => {},
  ...connection
}: LiveModelDependencies) {
  const sync = createSync({ api, orders })
  const presence = signal<ReadonlyMap<string, VendorStatusEvent>>(new Map())
  /** On which connection each vendor's newest status came. */
  const presenceFrom = new Map<string, number>()
  let connections = 0
  /** Counts the completed syncs, for models that load something besides orders. */
  const caughtUp = signal(0)

  function applyOrder(event: OrderEvent) {
    const applied = orders.apply(event)
    if (applied && 'updatedAt' in event && live.state.peek().phase === 'live') onLiveOrder(event)
  }

  function applyPresence(event: VendorStatusEvent) {
    const newest = presence.peek().get(event.vendorId)
    // A new connection begins with the server's current status: its clock may have been set back before a restart.
    if (newest && newest.at > event.at && presenceFrom.get(event.vendorId) === connections) return
    presenceFrom.set(event.vendorId, connections)
    presence.value = new Map(presence.peek()).set(event.vendorId, event)
  }

  const live = createLive({
    ...connection,
    transport() {
      connections++
      return transport()
    },
    reach: () => api.get('/mqtt', z.unknown()),
    onMessage: createMessageRouter({
      order: applyOrder,
      presence: applyPresence,
      catalogue,
      notification,
      alert,
      alertRemoved,
      message,
      tracked,
      located,
    }),
    async catchUp() {
      sync.subscribed(true)
      await sync.run()
      caughtUp.value++
      await onCaughtUp()
    },
  })

  return {
    api,
    orders,
    live,
    /** The newest presence event of each vendor. */
    presence: readOnly<ReadonlyMap<string, VendorStatusEvent>>(presence),
    caughtUp: readOnly<number>(caughtUp),
    /** The orders come from offline storage: see sync.ts. */
    expire: sync.expire,

    /** Opens a list that loads at once and is kept current until `stop`. */
    openFeed(query: FeedQuery): Feed & { stop(): void } {
      const feed = createFeed({ api, orders, onSyncCursor: sync.offerCursor }, query)
      const stop = sync.follow(feed)
      void feed.load()
      return { ...feed, stop }
    },

    /** Reads one order by id; rejects with ApiError. */
    async fetchOrder(id: string): Promise<void> {
      orders.apply(await api.get(`/orders/${encodeURIComponent(id)}`, Order))
    },
  }
}
