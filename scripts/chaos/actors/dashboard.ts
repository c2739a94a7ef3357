import { activeStatuses } from '#shared/order-status.ts'
import { OrderEvent, type Order } from '#shared/orders.ts'
import { createBoard } from '../../../client/models/admin/board.ts'
import type { Feed, FeedQuery } from '../../../client/models/sync/feed.ts'
import { createWorkspace, type Workspace } from '../../../client/models/workspace.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Tally } from '../counters.ts'
import type { Session } from './session.ts'
import { createTransport } from './transport.ts'

/** A list on a screen: what was asked for, and how far it was read. */
export interface ScreenFeed {
  query: FeedQuery
  ready(): boolean
  within: ReturnType<Feed['within']>
}

/** What somebody sees, for the comparison. */
export interface Screen {
  name: string
  who: Session['me']
  phase: string
  feeds: readonly ScreenFeed[]
  /** The ids of all orders it holds, as its lists give them. */
  ids: readonly string[]
  order(id: string): Order | undefined
  /** An admin's counts of what is open. */
  openCount: number | null
  /** Orders that went back to an older version before its eyes. */
  wentBack: readonly string[]
}

export interface DashboardOptions {
  session: Session
  name: string
  /** Of the broker, through the proxy. */
  url: string
  random: Random
  tally: Tally
}

export type Dashboard = ReturnType<typeof createDashboard>

/** Somebody's page without the page: the very models of the product over a real connection. */
export function createDashboard({ session, name, url, random, tally }: DashboardOptions) {
  const { people } = config
  const wentBack: string[] = []
  let shown = open()
  let waking: NodeJS.Timeout | undefined
  let reloading: NodeJS.Timeout | undefined

  function open() {
    const seen = new Map<string, number>()
    const transport = createTransport(name, tally, (payload) => {
      const event = OrderEvent.safeParse(JSON.parse(payload))
      if (event.success) watch(event.data.id)
    })

    /** A version on a screen never goes back, as long as the order stays there. */
    function watch(id: string) {
      const version = workspace.orders.peek(id)?.version
      const before = seen.get(id)
      if (version === undefined) return void seen.delete(id)
      if (before !== undefined && version < before) wentBack.push(`${id} from version ${before} to ${version}`)
      seen.set(id, version)
    }

    const { me, api, token, renew } = session
    const workspace = createWorkspace({ me, api, token, renew, url, transport: async () => transport })
    const feeds: ScreenFeed[] = []
    const openFeed: Workspace['openFeed'] = (query) => {
      const feed = workspace.openFeed(query)
      feeds.push({ query, ready: () => feed.state.peek() === 'ready', within: (order) => feed.within()(order) })
      return feed
    }
    const stop = workspace.start()
    const board = me.role === 'admin' ? createBoard({ orders: workspace.orders, openFeed }) : null
    if (me.role === 'vendor') {
      openFeed({ status: ['pending'], limit: 100 })
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
        shown.workspace.live.wake()
        wakeLater()
      },
      within(random, people.wakeEvery),
    )
  }

  function reloadLater() {
    reloading = setTimeout(
      () => {
        tally.reloads++
        shown.stop()
        shown = open()
        reloadLater()
      },
      within(random, people.reloadEvery),
    )
  }

  wakeLater()
  // Half of them stay open all day.
  if (random.chance(0.5)) reloadLater()

  return {
    name,
    networkLost: () => shown.workspace.live.drop(),
    networkBack: () => shown.workspace.live.wake(),
    isLive: () => shown.workspace.live.state.peek().phase === 'live',
    /** From here on nothing but the connection itself makes it look for what it has missed. */
    leaveAlone() {
      clearTimeout(waking)
      clearTimeout(reloading)
    },
    screen(): Screen {
      const { workspace, feeds, all, board } = shown
      return {
        name,
        who: session.me,
        phase: workspace.live.state.peek().phase,
        feeds,
        ids: all.peek(),
        order: workspace.orders.peek,
        openCount: board && Object.values(board.counts.value).reduce((sum, count) => sum + count, 0),
        wentBack,
      }
    },
    end() {
      clearTimeout(waking)
      clearTimeout(reloading)
      shown.stop()
    },
  }
}
