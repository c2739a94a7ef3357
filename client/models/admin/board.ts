import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { byStatus, isFinal, openStatuses, orderStatuses, type OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { waitOf, type Wait } from '../orders/waiting.ts'
import { now } from '../sync/clock.ts'
import type { Feed, FeedQuery } from '../../live/feed.ts'
import { searchFilter } from './search.ts'
import { defaultSort, sortingOf, type Sort } from './sort.ts'
import { createStableList } from '../ui/stable-list.ts'
import type { Workspace } from '../workspace.ts'

/** The filter of the table. `open`: every order that is not final. `attention`: those that are late. */
export type Filter = 'all' | 'open' | 'attention' | OrderStatus

/** Which orders the table shows, and in which order. */
export interface BoardState {
  filter: Filter
  vendorId: string | null
  search: string
  sort: Sort
}

export const everything: BoardState = { filter: 'all', vendorId: null, search: '', sort: defaultSort }

export type Board = ReturnType<typeof createBoard>
type OpenFeed = Feed & { stop(): void }

/** The admin's table of orders: filters, search and counts over what is loaded, and older orders on demand. */
export function createBoard(
  { orders, openFeed }: Pick<Workspace, 'orders' | 'openFeed'>,
  initial = everything,
  wait: ReadonlySignal<(order: Order) => Wait> = computed(() => {
    const time = now.value
    return (order) => waitOf(order, time)
  }),
) {
  const filter = signal(initial.filter)
  const vendorId = signal(initial.vendorId)
  const search = signal(initial.search)
  const sort = signal(initial.sort)
  // The page may stay open overnight.
  const midnight = computed(() => startOfDay(now.value))

  // For the counts: all open orders, and all orders of today. The table has its own feed.
  const open = openFeed({ status: openStatuses, limit: 200 })
  const today = openFeed({ from: midnight.peek(), limit: 200 })
  const stopLoading = [loadPages(open), loadPages(today)]

  let query = queryOf(initial)
  const feed = signal<OpenFeed>(openFeed(query))
  const stopSorting = effect(() => (needsAllPages(sort.value) ? loadPages(feed.value) : undefined))

  /** The test of the vendor and the search, for the rows and the counts alike. */
  const chosen = (): ((order: Order) => boolean) => {
    const [vendor, q] = [vendorId.value, search.value]
    const found = searchFilter(q)
    return (order) => (!vendor || order.vendor?.id === vendor) && (q === '' || found(order))
  }

  const isLate = () => {
    const waitNow = wait.value
    return (order: Order) => waitNow(order) === 'late'
  }

  const target = orders.sorted(
    () => {
      const [statuses, isChosen] = [statusesOf(filter.value), chosen()]
      const isWanted = filter.value === 'attention' ? isLate() : () => true
      const [within, isOpenLoaded] = [feed.value.within.value, open.within.value]
      return (order) =>
        (!statuses || statuses.includes(order.status)) &&
        isChosen(order) &&
        isWanted(order) &&
        // However old an open order is, it is in its place among those that wait.
        (within(order) || (!isFinal(order.status) && isOpenLoaded(order)))
    },
    () => sortingOf(sort.value),
  )
  const rows = createStableList(target)

  function show(next: Partial<BoardState>): void {
    batch(() => {
      filter.value = next.filter ?? filter.value
      vendorId.value = next.vendorId === undefined ? vendorId.value : next.vendorId
      search.value = (next.search ?? search.value).trim()
      sort.value = next.sort ?? sort.value
      const before = JSON.stringify(query)
      query = queryOf({ filter: filter.value, vendorId: vendorId.value, search: search.value, sort: sort.value })
      if (JSON.stringify(query) === before) return
      feed.peek().stop()
      feed.value = openFeed(query)
    })
    rows.settle()
    // Another filter: its rows are shown at once, wherever the pointer is.
    const { state } = feed.peek()
    const stop = effect(() => {
      if (state.value !== 'ready') return
      rows.settle()
      queueMicrotask(() => stop())
    })
  }

  const openOrders = orders.countBy(() => {
    const isChosen = chosen()
    return (order) => (openStatuses.includes(order.status) && isChosen(order) ? order.status : null)
  })
  const lateOrders = orders.countBy(() => {
    const [isChosen, isWanted] = [chosen(), isLate()]
    return (order) => (openStatuses.includes(order.status) && isChosen(order) && isWanted(order) ? 'late' : null)
  })
  const todayOrders = orders.countBy(() => {
    const [from, isChosen] = [midnight.value, chosen()]
    return (order) => (order.createdAt >= from && isChosen(order) ? order.status : null)
  })

  return {
    filter,
    vendorId,
    search,
    sort,
    feed,
    rows,
    show,
    /** The sort compares orders of which only the newest are loaded. By waiting time, what is open decides. */
    isSortPartial: computed(
      () => isCut(feed.value) && (needsAllPages(sort.value) || (showsOpen(filter.value) && isCut(open))),
    ),
    /** Of the chosen vendor and search; complete unless `openComplete` or `todayComplete` is false. */
    counts: computed(() => countsByStatus(openOrders.value)),
    lateCount: computed(() => lateOrders.value.get('late') ?? 0),
    todayCounts: computed(() => countsByStatus(todayOrders.value)),
    /** Whether the counts are known: their lists have been read. */
    counted: computed(() => open.state.value === 'ready' && today.state.value === 'ready'),
    openComplete: computed(() => !isCut(open)),
    todayComplete: computed(() => !isCut(today)),
    stop: () =>
      [...stopLoading, stopSorting, open.stop, today.stop, feed.peek().stop, rows.stop].forEach((stop) => stop()),
  }
}

/** The server's pages are newest first; any sort but by waiting time needs more of them. */
const needsAllPages = (sort: Sort) => sort.column !== defaultSort.column

/** The server has older orders of this list, which are not being loaded. */
const isCut = ({ nextCursor, loadingOlder }: OpenFeed) => nextCursor.value !== null && !loadingOlder.value

const showsOpen = (filter: Filter) =>
  filter === 'all' || filter === 'open' || filter === 'attention' || !isFinal(filter)

const queryOf = ({ filter, vendorId, search, sort }: BoardState): FeedQuery => ({
  status: statusesOf(filter),
  vendorId: vendorId ?? undefined,
  q: search || undefined,
  ...(needsAllPages(sort) && { limit: 200 }),
})

const statusesOf = (filter: Filter): readonly string[] | undefined => {
  if (filter === 'all') return undefined
  return filter === 'open' || filter === 'attention' ? openStatuses : [filter]
}

/** Loads page after page, up to a limit. */
function loadPages(feed: OpenFeed, maxPages = 10): () => void {
  let pages = 1
  return effect(() => {
    if (feed.nextCursor.value && !feed.loadingOlder.value && pages < maxPages) {
      pages++
      queueMicrotask(() => void feed.loadOlder())
    }
  })
}

export type StatusCounts = Record<OrderStatus, number>

const countsByStatus = (counts: ReadonlyMap<OrderStatus, number>): StatusCounts =>
  byStatus((status) => counts.get(status) ?? 0)

export const sum = (counts: StatusCounts): number => orderStatuses.reduce((total, status) => total + counts[status], 0)

function startOfDay(milliseconds: number): string {
  const day = new Date(milliseconds)
  day.setHours(0, 0, 0, 0)
  return day.toISOString()
}
