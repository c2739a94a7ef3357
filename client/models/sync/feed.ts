import { computed, signal } from '@preact/signals'
import { OrderList, type Order } from '#shared/orders.ts'
import { ApiError, offlineError } from '../session/api-error.ts'
import type { Api } from '../session/api.ts'
import { newestFirst } from '../orders/order-views.ts'
import type { Orders } from '../orders/orders.ts'

/** What a list asks for: the query of `GET /api/orders`. */
export interface FeedQuery {
  status?: readonly string[]
  vendorId?: string
  q?: string
  from?: string
  limit?: number
}

export type FeedState = 'loading' | 'ready' | 'failed'

export interface FeedDependencies {
  api: Pick<Api, 'get'>
  orders: Orders
  onSyncCursor(cursor: string): void
}

export type Feed = ReturnType<typeof createFeed>

/**
 * A paged view of the server's orders, newest first. It does not own orders, it knows how far back it has read: below
 * that line the store may hold orders that other lists brought, with gaps between them, so they are not `within`.
 */
export function createFeed({ api, orders, onSyncCursor }: FeedDependencies, query: FeedQuery) {
  const state = signal<FeedState>('loading')
  const error = signal<ApiError | null>(null)
  const nextCursor = signal<string | null>(null)
  const loadingOlder = signal(false)
  /** The oldest order read so far; undefined while there is nothing older to read. */
  const floor = signal<Pick<Order, 'createdAt' | 'id'> | undefined>(undefined)
  const returned = new Set<string>()
  /** How often `returned` has changed. */
  const reads = signal(0)

  async function read(cursor: string | null): Promise<void> {
    const page = await api.get(`/orders?${parametersOf(query, cursor)}`, OrderList)
    onSyncCursor(page.syncCursor)
    if (!cursor) returned.clear()
    for (const { id } of page.orders) returned.add(id)
    reads.value++
    orders.takeAll(page.orders)
    nextCursor.value = page.nextCursor
    floor.value = page.nextCursor ? page.orders.at(-1) : undefined
    error.value = null
    state.value = 'ready'
  }

  const failed = (cause: unknown) => {
    error.value = cause instanceof ApiError ? cause : offlineError()
    // What is on the screen stays there, marked as the last known.
    if (state.value !== 'ready') state.value = 'failed'
  }

  return {
    state,
    error,
    loadingOlder,
    nextCursor,
    /** Reads the first page (again). Never rejects: `state` and `error` tell. */
    async load(): Promise<boolean> {
      if (state.value === 'failed') state.value = 'loading'
      return read(null).then(
        () => true,
        (cause: unknown) => (failed(cause), false),
      )
    },
    async loadOlder(): Promise<void> {
      if (!nextCursor.value || loadingOlder.value) return
      loadingOlder.value = true
      await read(nextCursor.value).catch(failed)
      loadingOlder.value = false
    },
    /** The test of whether the list has been read down to an order; another function each time more has been read. */
    within: computed(() => {
      // A search tests every order again when the server has returned other orders.
      void reads.value
      const [ready, last] = [state.value === 'ready', floor.value]
      return (order: Pick<Order, 'createdAt' | 'id'>) => ready && (!last || newestFirst(order, last) <= 0)
    }),
    /** Whether the server named it: for searches, where the server decides what matches. */
    returned: (id: string): boolean => returned.has(id),
  }
}

function parametersOf(
  { status = [], vendorId, q, from, limit = 50 }: FeedQuery,
  cursor: string | null,
): URLSearchParams {
  const parameters = new URLSearchParams({ limit: String(limit) })
  for (const one of status) parameters.append('status', one)
  if (vendorId) parameters.set('vendorId', vendorId)
  if (q) parameters.set('q', q)
  if (from) parameters.set('from', from)
  if (cursor) parameters.set('cursor', cursor)
  return parameters
}
