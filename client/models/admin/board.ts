import { batch, computed, effect, signal } from '@preact/signals'
import { byStatus, openStatuses, orderStatuses, type OrderStatus } from '#shared/order-status.ts'
import { now } from '../sync/clock.ts'
import type { Feed } from '../sync/feed.ts'
import { searchFilter } from './search.ts'
import { createStableList } from '../ui/stable-list.ts'
import type { Workspace } from '../workspace.ts'

/** The filter of the table. `open`: every order that is not final. */
export type Filter = 'all' | 'open' | OrderStatus

export type Board = ReturnType<typeof createBoard>
type OpenFeed = Feed & { stop(): void }

/** The admin's table of orders: filters, search and counts over what is loaded, and older orders on demand. */
export function createBoard({ orders, openFeed }: Pick<Workspace, 'orders' | 'openFeed'>) {
  const filter = signal<Filter>('all')
  const vendorId = signal<string | null>(null)
  const search = signal('')
  // The page may stay open overnight.
  const midnight = computed(() => startOfDay(now.value))

  // For the counts: all open orders, and all orders of today. The table has its own feed.
  const open = openFeed({ status: openStatuses, limit: 200 })
  const today = openFeed({ from: midnight.peek(), limit: 200 })
  const stopLoading = [loadPages(open), loadPages(today)]

  const feed = signal<OpenFeed>(openFeed({}))

  const target = orders.list(() => {
    const [statuses, vendor, q, { returned }] = [statusesOf(filter.value), vendorId.value, search.value, feed.value]
    const within = feed.value.within.value
    const found = searchFilter(q)
    return (order) =>
      (!statuses || statuses.includes(order.status)) &&
      (!vendor || order.vendor?.id === vendor) &&
      within(order) &&
      (q === '' || returned(order.id) || found(order))
  })
  const rows = createStableList(target)

  function show(next: { filter?: Filter; vendorId?: string | null; search?: string }): void {
    batch(() => {
      filter.value = next.filter ?? filter.value
      vendorId.value = next.vendorId === undefined ? vendorId.value : next.vendorId
      search.value = (next.search ?? search.value).trim()
      feed.peek().stop()
      feed.value = openFeed({
        status: statusesOf(filter.value),
        vendorId: vendorId.value ?? undefined,
        q: search.value || undefined,
      })
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

  const openOrders = orders.countBy(
    () =>
      ({ status }) =>
        openStatuses.includes(status) ? status : null,
  )
  const todayOrders = orders.countBy(() => {
    const from = midnight.value
    return ({ status, createdAt }) => (createdAt >= from ? status : null)
  })

  return {
    filter,
    vendorId,
    search,
    feed,
    rows,
    show,
    /** Exact for open orders; today's are complete unless `todayComplete` is false. */
    counts: computed(() => countsByStatus(openOrders.value)),
    todayCounts: computed(() => countsByStatus(todayOrders.value)),
    /** Whether the counts are known: their lists have been read. */
    counted: computed(() => open.state.value === 'ready' && today.state.value === 'ready'),
    todayComplete: computed(() => today.nextCursor.value === null),
    stop: () => [...stopLoading, open.stop, today.stop, feed.peek().stop, rows.stop].forEach((stop) => stop()),
  }
}

const statusesOf = (filter: Filter): readonly string[] | undefined => {
  if (filter === 'all') return undefined
  return filter === 'open' ? openStatuses : [filter]
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
