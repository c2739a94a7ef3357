import { signal, type ReadonlySignal } from '@preact/signals'
import * as z from 'zod/mini'
import { Order, type OrderEvent } from '#shared/orders.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import type { User } from '#shared/users.ts'
import type { Connect } from '../live/connection.ts'
import { createNotifications } from './notifications/notifications.ts'
import { createPush } from './push/push.ts'
import { createCatalogue } from './customer/catalogue.ts'
import type { Api } from './session/api.ts'
import { createSync } from './sync/sync.ts'
import { clock } from './sync/clock.ts'
import { createFeed, type Feed, type FeedQuery } from './sync/feed.ts'
import { createFreshness, type FreshnessDependencies } from './sync/freshness.ts'
import { createMessageRouter, subscriptionsOf, subscriptionsWhileShown } from './sync/message-router.ts'
import type { OfflineJobs } from './offline/offline-jobs.ts'
import type { OfflineChanges } from './offline/offline-changes.ts'
import { createLive } from './sync/live.ts'
import { createOrderActions } from './orders/order-actions.ts'
import { createOrders } from './orders/orders.ts'
import { readOnly } from './read-only.ts'

export interface WorkspaceDependencies {
  me: User
  api: Api
  token: ReadonlySignal<string | null>
  renew(): Promise<boolean>
  transport(): Promise<Connect>
  /** Of the broker: `ws://…/mqtt`. */
  url: string
  /** Stores in IndexedDB: changes that wait to be sent (without it none waits), and jobs for a start without a network. */
  offline?: { changes: OfflineChanges; jobs: OfflineJobs } | null
  /** Calls back once the current state is painted. */
  afterPaint?: FreshnessDependencies['afterPaint']
}

export type Workspace = ReturnType<typeof createWorkspace>

/**
 * What all pages of one signed-in person share: created at sign-in, dropped at sign-out. It does not read the document:
 * models/ui/page-lifecycle.ts wakes it. It is no model of `createModel`, whose functions are untracked actions: rows
 * subscribe through `orders.entry(id)`.
 */
export function createWorkspace({
  me,
  api,
  token,
  renew,
  transport,
  url,
  offline = null,
  afterPaint = () => {},
}: WorkspaceDependencies) {
  const orders = createOrders()
  const actions = createOrderActions({ me, api, orders, offlineChanges: offline?.changes ?? null })
  const sync = createSync({ api, orders })
  const catalogue = createCatalogue(api)
  const notifications = createNotifications(api)
  const push = createPush({ me, api })
  const freshness = createFreshness({ now: clock.now, afterPaint })
  const presence = signal<ReadonlyMap<string, VendorStatusEvent>>(new Map())
  /** On which connection each vendor's newest status came. */
  const presenceFrom = new Map<string, number>()
  let connections = 0
  /** Counts the completed syncs, for models that load something besides orders. */
  const caughtUp = signal(0)

  function applyOrder(event: OrderEvent) {
    const applied = orders.apply(event)
    // Missed changes are old already, so only live ones measure the latency.
    if (applied && 'updatedAt' in event && live.state.peek().phase === 'live') freshness.observe(event.updatedAt)
  }

  function applyPresence(event: VendorStatusEvent) {
    const newest = presence.peek().get(event.vendorId)
    // A new connection begins with the server's current status: its clock may have been set back before a restart.
    if (newest && newest.at > event.at && presenceFrom.get(event.vendorId) === connections) return
    presenceFrom.set(event.vendorId, connections)
    presence.value = new Map(presence.peek()).set(event.vendorId, event)
  }

  const live = createLive({
    transport() {
      connections++
      return transport()
    },
    url,
    reach: () => api.get('/mqtt', z.unknown()),
    username: me.id,
    token,
    renew,
    filters: subscriptionsOf(me),
    filtersWhileShown: subscriptionsWhileShown(me),
    onMessage: createMessageRouter({
      order: applyOrder,
      presence: applyPresence,
      catalogue: catalogue.apply,
      notification: notifications.apply,
    }),
    async catchUp() {
      sync.subscribed(true)
      await sync.run()
      caughtUp.value++
      void actions.flush()
      void notifications.load()
    },
    now: clock.now,
  })

  return {
    me,
    api,
    orders,
    /** The services; a page that shows them calls `load`. */
    catalogue,
    /** What others did with this person's orders. */
    notifications,
    /** Push messages to this browser. */
    push,
    live,
    /** The latency from a change at the server to this screen. */
    freshness: freshness.summary,
    /** The newest presence event of each vendor. */
    presence: readOnly<ReadonlyMap<string, VendorStatusEvent>>(presence),
    caughtUp: readOnly<number>(caughtUp),
    actions,
    offlineJobs: offline?.jobs ?? null,

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

    start(): () => void {
      // A start without a network shows the stored jobs.
      if (offline && !token.peek()) {
        sync.expire()
        void offline.jobs.all().then(
          (jobs) => live.state.peek().phase === 'offline' && orders.applyAll(jobs),
          () => {},
        )
      }
      void actions.flush()
      const [stopLive, stopPush] = [live.start(), push.start()]
      void push.load()
      return () => {
        stopLive()
        stopPush()
        actions.stop()
      }
    },
  }
}
