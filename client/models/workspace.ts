import { computed, signal, untracked, type ReadonlySignal } from '@preact/signals'
import type { User } from '#shared/users.ts'
import { t } from '../i18n/index.ts'
import type { Api } from '../live/api.ts'
import type { Connect } from '../live/connection.ts'
import { createLiveModel } from '../live/live-model.ts'
import { subscriptionsOf, subscriptionsWhileShown } from '../live/message-router.ts'
import { createOrders } from '../live/orders.ts'
import { createAlerts } from './admin/alerts.ts'
import { filters, topics } from '#shared/topics.ts'
import { createHeldFiles } from './files/held-files.ts'
import type { OfflineFiles } from './files/offline-files.ts'
import { createUploads, type OfflineUploads } from './files/uploads.ts'
import { createMessages } from './messages/messages.ts'
import { createNotifications } from './notifications/notifications.ts'
import { createPositions } from './place/positions.ts'
import { createPush } from './push/push.ts'
import { createCatalogue } from './customer/catalogue.ts'
import { createFileRequests } from './session/file-requests.ts'
import { clock } from './sync/clock.ts'
import { createFreshness, type FreshnessDependencies } from './sync/freshness.ts'
import type { OfflineJobs } from './offline/offline-jobs.ts'
import type { OfflineMessages } from './messages/offline-messages.ts'
import type { OfflineChanges } from './offline/offline-changes.ts'
import type { createOrderActions, OrderActions } from './orders/order-actions.ts'

export interface WorkspaceDependencies {
  me: User
  api: Api
  token: ReadonlySignal<string | null>
  renew(): Promise<boolean>
  transport(): Promise<Connect>
  /** Of the broker: `ws://…/mqtt`. */
  url: string
  /** Stores in IndexedDB: changes that wait to be sent (without it none waits), and jobs for a start without a network. */
  offline?: {
    changes: OfflineChanges
    jobs: OfflineJobs
    messages?: OfflineMessages
    files?: OfflineFiles
    uploads?: OfflineUploads
  } | null
  /**
   * Set for the holder of a tracking link, who reads one order and nothing else. `refresh` reads what the holder may do, with
   * each connection.
   */
  link?: { orderId: string; refresh(): Promise<unknown> } | null
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
  link = null,
  afterPaint = () => {},
}: WorkspaceDependencies) {
  const requests = createFileRequests({ token, renew })
  const orders = createOrders({ textOf: (reason) => t().orders.leaving[reason] })
  const held = createHeldFiles({ requests, stored: offline?.files ?? null })
  const uploads = createUploads({ held, fetchOrder: (id) => fetchOrder(id), stored: offline?.uploads ?? null })
  const catalogue = createCatalogue(api, requests)
  const notifications = createNotifications(api)
  const alerts = createAlerts(api)
  const push = createPush({ me, api })
  const messages = createMessages({ me, api, held, stored: offline?.messages ?? null })
  const positions = createPositions(api)
  const freshness = createFreshness({ now: clock.now, afterPaint })
  const actions = signal<OrderActions | null>(null)
  const flush = () => void actions.peek()?.flush()
  const { live, presence, caughtUp, openFeed, fetchOrder, expire } = createLiveModel({
    api,
    orders,
    transport,
    url,
    username: me.id,
    token,
    renew,
    filters: link ? [topics.customerTracking(me.id)] : subscriptionsOf(me),
    filtersWhileShown: subscriptionsWhileShown(me),
    catalogue: catalogue.apply,
    notification(event) {
      notifications.apply(event)
      messages.notified(event)
    },
    alert: alerts.apply,
    alertRemoved: alerts.removed,
    message: messages.apply,
    tracked: positions.tracked,
    located: positions.located,
    // Missed changes are old already, so only live ones measure the latency.
    onLiveOrder: ({ updatedAt }) => freshness.observe(updatedAt),
    async onCaughtUp() {
      flush()
      void messages.caughtUp()
      void uploads.load()
      if (link) return void (await Promise.all([link.refresh(), fetchOrder(link.orderId)]))
      void notifications.load()
      if (me.role === 'admin') void alerts.load().catch(() => {})
    },
    now: clock.now,
  })

  return {
    me,
    api,
    orders,
    /** Reads a text of the API that is no JSON. */
    download: requests.text,
    /** Reads a picture of the API, and sends one. */
    requests,
    /** Pictures of changes and messages that were not sent. */
    held,
    /** Pictures that are added to orders by themselves. */
    uploads,
    /** The services; a page that shows them calls `load`. */
    catalogue,
    /** What others did with this person's orders. */
    notifications,
    /** Late orders, for admins. */
    alerts,
    /** Messages on orders, and how many of them are unread. */
    messages,
    /** Where vendors are; a page that shows them follows their topics. */
    positions,
    /** Push messages to this browser. */
    push,
    live,
    /** The latency from a change at the server to this screen. */
    freshness: freshness.summary,
    presence,
    caughtUp,
    /**
     * The changes of orders, made once by the first page that needs them: a customer's first page does without their code.
     * Components call useOrderActions.
     */
    actionsBy: (create: typeof createOrderActions): OrderActions =>
      actions.peek() ??
      untracked(() => {
        const made = create({ me, api, orders, held, offlineChanges: offline?.changes ?? null })
        actions.value = made
        flush()
        return made
      }),
    /** How many changes wait for a connection. */
    waiting: computed(() => actions.value?.pending.value.length ?? 0),
    offlineJobs: offline?.jobs ?? null,
    openFeed,
    fetchOrder,

    start(): () => void {
      // A start without a network shows the stored jobs.
      if (offline && !token.peek()) {
        expire()
        void offline.jobs.all().then(
          (jobs) => live.state.peek().phase === 'offline' && orders.applyAll(jobs),
          () => {},
        )
      }
      flush()
      // Those that wait are shown without a network too.
      void uploads.load()
      const stopLive = live.start()
      const stopPush = link ? () => {} : push.start()
      if (!link) void push.load()
      // Of a customer's few orders the notifications tell.
      const unfollow = me.role === 'customer' ? () => {} : live.follow(filters.everyMessage)
      return () => {
        unfollow()
        messages.stop()
        uploads.stop()
        stopLive()
        stopPush()
        actions.peek()?.stop()
      }
    },
  }
}
