import { signal, type ReadonlySignal } from '@preact/signals'
import * as z from 'zod/mini'
import { Order, type OrderEvent } from '#shared/orders.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import type { User } from '#shared/users.ts'
import type { Connect } from '../live/connection.ts'
import type { Api } from './session/api.ts'
import { createSync } from './sync/sync.ts'
import { clock } from './sync/clock.ts'
import { createFeed, type Feed, type FeedQuery } from './sync/feed.ts'
import { createFreshness, type FreshnessDependencies } from './sync/freshness.ts'
import { createMessageRouter, subscriptionsOf } from './sync/message-router.ts'
import type { OfflineJobs } from './offline/offline-jobs.ts'
import type { OfflineChanges } from './offline/offline-changes.ts'
import { createLive } from './sync/live.ts'
import { createOrderActions } from './orders/order-actions.ts'
import { createOrders } from './orders/orders.ts'

export interface WorkspaceDependencies {
  me: User
  api: Api
  token: ReadonlySignal<string | null>
  renew(): Promise<boolean>
  transport(): Promise<Connect>
  /** Of the broker: `ws://…/mqtt`. */
  url: string
  /** What must outlive the page: steps that cannot be sent (without it they do not wait), and jobs to start with. */
  kept?: { steps: OfflineChanges; jobs: OfflineJobs } | null
  /** Where there is a screen: calls back once a change is on it. */
  afterPaint?: FreshnessDependencies['afterPaint']
}

export type Workspace = ReturnType<typeof createWorkspace>

/**
 * Everything one signed-in person's pages share; built at sign-in, dropped whole at sign-out. It knows nothing of the
 * page it is in: models/page-life.ts wakes it.
 */
export function createWorkspace({
  me,
  api,
  token,
  renew,
  transport,
  url,
  kept = null,
  afterPaint = () => {},
}: WorkspaceDependencies) {
  const orders = createOrders()
  const actions = createOrderActions({ me, api, orders, kept: kept?.steps ?? null })
  const catchUp = createSync({ api, orders })
  const freshness = createFreshness({ now: clock.now, afterPaint })
  const presence = signal<ReadonlyMap<string, VendorStatusEvent>>(new Map())
  /** Counts the times everything was read anew, for models that keep something besides orders. */
  const caughtUp = signal(0)

  function arrived(event: OrderEvent) {
    const news = orders.take(event)
    // What was caught up on is old by itself, not by its way here.
    if (news && 'updatedAt' in event && live.state.peek().phase === 'live') freshness.observe(event.updatedAt)
  }

  function meet(event: VendorStatusEvent) {
    const known = presence.peek().get(event.vendorId)
    if (known && known.at > event.at) return
    presence.value = new Map(presence.peek()).set(event.vendorId, event)
  }

  const live = createLive({
    transport,
    url,
    reach: () => api.get('/mqtt', z.unknown()),
    username: me.id,
    token,
    renew,
    filters: subscriptionsOf(me),
    onMessage: createMessageRouter({ order: arrived, presence: meet }),
    async catchUp() {
      catchUp.subscribed(true)
      await catchUp.run()
      caughtUp.value++
      void actions.flush()
    },
    now: clock.now,
  })

  return {
    me,
    api,
    orders,
    live,
    /** How long changes take from the server to this screen. */
    freshness: freshness.summary,
    /** The newest presence event of each vendor heard of. */
    presence: presence as ReadonlySignal<ReadonlyMap<string, VendorStatusEvent>>,
    caughtUp: caughtUp as ReadonlySignal<number>,
    actions,
    offlineJobs: kept?.jobs ?? null,

    /** A list that begins to load at once, and is kept current until `stop`. */
    openFeed(query: FeedQuery): Feed & { stop(): void } {
      const feed = createFeed({ api, orders, onSyncCursor: catchUp.offer }, query)
      const stop = catchUp.follow(feed)
      void feed.load()
      return { ...feed, stop }
    },

    /** Reads one order by id; rejects with ApiError. */
    async fetchOrder(id: string): Promise<void> {
      orders.take(await api.get(`/orders/${encodeURIComponent(id)}`, Order))
    },

    start(): () => void {
      // A start without a network begins with what was known.
      if (kept && !token.peek()) {
        catchUp.outdated()
        void kept.jobs.all().then(
          (jobs) => live.state.peek().phase === 'offline' && orders.takeAll(jobs),
          () => {},
        )
      }
      void actions.flush()
      const stopLive = live.start()
      return () => {
        stopLive()
        actions.stop()
      }
    },
  }
}
