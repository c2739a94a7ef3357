import { activeStatuses, offeredStatuses } from '#shared/order-status.ts'
import type { Service } from '#shared/catalogue.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import { OrderEvent, type Order } from '#shared/orders.ts'
import { createBoard } from '../../../client/models/admin/board.ts'
import type { Feed, FeedQuery } from '../../../client/live/feed.ts'
import { createWorkspace, type Workspace } from '../../../client/models/workspace.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Counters } from '../counters.ts'
import type { Session } from './session.ts'
import { createTransport } from './transport.ts'

/** A list on a dashboard: its query, and how far it was read. */
export interface DashboardFeed {
  query: FeedQuery
  ready(): boolean
  within: Feed['within']['value']
}

/** What a dashboard shows, for the comparison. */
export interface DashboardState {
  name: string
  user: Pick<Session['me'], 'id' | 'role'>
  phase: string
  feeds: readonly DashboardFeed[]
  /** Ids of all orders in its lists. */
  ids: readonly string[]
  order(id: string): Order | undefined
  /** An admin's count of open orders. */
  openCount: number | null
  /** The services that it lists, those no longer offered included; null if it has none, undefined if it lists none. */
  services: readonly Service[] | null | undefined
  /** An admin's newest status of each vendor. */
  presence: ReadonlyMap<string, Pick<VendorStatusEvent, 'status'>>
  /** Orders whose displayed version decreased. */
  regressions: readonly string[]
}

export interface DashboardOptions {
  session: Session
  name: string
  /** WebSocket address of the broker, through the proxy. */
  url: string
  random: Random
  counters: Counters
}

export type Dashboard = ReturnType<typeof createDashboard>

/** A page without a DOM: the client's models over a real connection. */
export function createDashboard({ session, name, url, random, counters }: DashboardOptions) {
  const { actors } = config
  const regressions: string[] = []
  let page = openPage()
  let waking: NodeJS.Timeout | undefined
  let reloading: NodeJS.Timeout | undefined

  function openPage() {
    const versions = new Map<string, number>()
    const transport = createTransport(name, counters, (payload) => {
      // Empty: the status of a vendor who was deactivated.
      if (payload === '') return
      const event = OrderEvent.safeParse(JSON.parse(payload))
      if (event.success) checkVersion(event.data.id)
    })

    /** The displayed version of an order must not decrease, nor may a removed order come back as an older version. */
    function checkVersion(id: string) {
      const version = workspace.orders.peek(id)?.version
      const before = versions.get(id)
      if (version === undefined) return
      if (before !== undefined && version < before) regressions.push(`${id} from version ${before} to ${version}`)
      versions.set(id, version)
    }

    const { me, api, token, renew } = session
    const workspace = createWorkspace({ me, api, token, renew, url, transport: async () => transport })
    const feeds: DashboardFeed[] = []
    const openFeed: Workspace['openFeed'] = (query) => {
      const feed = workspace.openFeed(query)
      feeds.push({ query, ready: () => feed.state.peek() === 'ready', within: (order) => feed.within.value(order) })
      return feed
    }
    const stop = workspace.start()
    void workspace.catalogue.load()
    const board = me.role === 'admin' ? createBoard({ orders: workspace.orders, openFeed }) : null
    if (me.role === 'vendor') {
      openFeed({ status: offeredStatuses, limit: 100 })
      openFeed({ status: activeStatuses, limit: 200 })
    }
    if (me.role === 'customer') openFeed({ limit: 20 })
    const all = workspace.orders.list(() => (_order, leaving) => !leaving)
    return {
      workspace,
      feeds,
      all,
      board,
      stop() {
        board?.stop()
        stop()
      },
    }
  }

  function wakeLater() {
    waking = setTimeout(
      () => {
        page.workspace.live.wake()
        wakeLater()
      },
      within(random, actors.wakeEvery),
    )
  }

  function reloadLater() {
    reloading = setTimeout(
      () => {
        counters.reloads++
        page.stop()
        page = openPage()
        reloadLater()
      },
      within(random, actors.reloadEvery),
    )
  }

  wakeLater()
  // Half of the dashboards never reload.
  if (random.chance(0.5)) reloadLater()

  return {
    name,
    userId: session.me.id,
    networkLost: () => page.workspace.live.drop(),
    networkBack: () => page.workspace.live.wake(),
    isLive: () => page.workspace.live.state.peek().phase === 'live',
    /** Stops wake-ups and reloads, so that only reconnecting makes the dashboard catch up. */
    stopWaking() {
      clearTimeout(waking)
      clearTimeout(reloading)
    },
    state(): DashboardState {
      const { workspace, feeds, all, board } = page
      return {
        name,
        user: session.me,
        phase: workspace.live.state.peek().phase,
        feeds,
        ids: all.peek(),
        order: workspace.orders.peek,
        openCount: board && Object.values(board.counts.value).reduce((sum, count) => sum + count, 0),
        services: workspace.catalogue.services.peek(),
        presence: workspace.presence.peek(),
        regressions,
      }
    },
    end() {
      clearTimeout(waking)
      clearTimeout(reloading)
      page.stop()
    },
  }
}
