import { batch, computed, effect, signal } from '@preact/signals'
import { byStatus, openStatuses, orderStatuses, type OrderStatus } from '#shared/order-status.ts'
import { now } from '../sync/clock.ts'
import type { Feed } from '../sync/feed.ts'
import { searching } from './search.ts'
import { createStableList } from '../ui/stable-list.ts'
import type { Workspace } from '../workspace.ts'

/** What the table shows. `open`: everything that still needs somebody. */
export type Filter = 'all' | 'open' | OrderStatus

export type Board = ReturnType<typeof createBoard>
type OpenFeed = Feed & { stop(): void }

/** The admin's table of orders: filters, search and counts over what is loaded, and older orders on demand. */
export function createBoard({ orders, openFeed }: Pick<Workspace, 'orders' | 'openFeed'>) {
  const filter = signal<Filter>('all')
  const vendorId = signal<string | null>(null)
  const search = signal('')
  // A desk is left open over night.
  const midnight = computed(() => startOfDay(now.value))

  // Kept for the counts: everything open, and everything of today. The table reads its own list.
  const open = openFeed({ status: openStatuses, limit: 200 })
  const today = openFeed({ from: midnight.peek(), limit: 200 })
  const stopFilling = [fill(open), fill(today)]

  const feed = signal<OpenFeed>(openFeed({}))

  const target = orders.list(() => {
    const [statuses, vendor, q, { returned }] = [statusesOf(filter.value), vendorId.value, search.value, feed.value]
    const within = feed.value.within.value
    const found = searching(q)
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
    // Another list: what arrives for it belongs on the screen at once, wherever the pointer is.
    const { state } = feed.peek()
    const stop = effect(() => {
      if (state.value !== 'ready') return
      rows.settle()
      queueMicrotask(() => stop())
    })
  }

  const openOnes = orders.tally(
    () =>
      ({ status }) =>
        openStatuses.includes(status) ? status : null,
  )
  const todayOnes = orders.tally(() => {
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
    /** Exact for what is open; complete for today unless `todayComplete` is false. */
    counts: computed(() => tallied(openOnes.value)),
    todayCounts: computed(() => tallied(todayOnes.value)),
    todayComplete: computed(() => today.nextCursor.value === null),
    stop: () => [...stopFilling, open.stop, today.stop, feed.peek().stop, rows.stop].forEach((stop) => stop()),
  }
}

const statusesOf = (filter: Filter): readonly string[] | undefined => {
  if (filter === 'all') return undefined
  return filter === 'open' ? openStatuses : [filter]
}

/** Reads on by itself, page after page, but not without end. */
function fill(feed: OpenFeed, most = 10): () => void {
  let pages = 1
  return effect(() => {
    if (feed.nextCursor.value && !feed.loadingOlder.value && pages < most) {
      pages++
      queueMicrotask(() => void feed.loadOlder())
    }
  })
}

export type Tally = Record<OrderStatus, number>

const tallied = (counts: ReadonlyMap<OrderStatus, number>): Tally => byStatus((status) => counts.get(status) ?? 0)

export const sum = (counts: Tally): number => orderStatuses.reduce((total, status) => total + counts[status], 0)

function startOfDay(milliseconds: number): string {
  const day = new Date(milliseconds)
  day.setHours(0, 0, 0, 0)
  return day.toISOString()
}
