import { computed, signal } from '@preact/signals-core'
import { OrderList, type Order } from '#shared/orders.ts'
import { ApiError, offlineError } from './api-error.ts'
import type { Api } from './api.ts'
import { newestFirst } from './order-views.ts'
import type { Orders } from './orders.ts'

/** The query of `GET /api/orders`. */
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
 * A paged list of the server's orders, newest first. It does not store orders, only how far back it has read. Older
 * orders that other feeds have loaded may have gaps between them, so they are not `within` this one.
 */
export function createFeed({ api, orders, onSyncCursor }: FeedDependencies, query: FeedQuery) {
  const state = signal<FeedState>('loading')
  const error = signal<ApiError | null>(null)
  const nextCursor = signal<string | null>(null)
  const loadingOlder = signal(false)
  /** The oldest order read so far; undefined while there is nothing older to read. */
  const floor = signal<Pick<Order, 'createdAt' | 'id'> | undefined>(undefined)

  async function read(cursor: string | null): Promise<void> {
    const page = await api.get(`/orders?${parametersOf(query, cursor)}`, OrderList)
    onSyncCursor(page.syncCursor)
    orders.applyAll(page.orders)
    nextCursor.value = page.nextCursor
    floor.value = page.nextCursor ? page.orders.at(-1) : undefined
    error.value = null
    state.value = 'ready'
  }

  const handleFailure = (cause: unknown) => {
    error.value = cause instanceof ApiError ? cause : offlineError()
    // A list that has been read stays on the screen.
    if (state.value !== 'ready') state.value = 'failed'
  }

  return {
    state,
    error,
    loadingOlder,
    nextCursor,
    /** Reads the first page. Never rejects: `state` and `error` hold the result. */
    async load(): Promise<boolean> {
      if (state.value === 'failed') state.value = 'loading'
      return read(null).then(
        () => true,
        (cause: unknown) => (handleFailure(cause), false),
      )
    },
    async loadOlder(): Promise<void> {
      if (!nextCursor.value || loadingOlder.value) return
      loadingOlder.value = true
      await read(nextCursor.value).catch(handleFailure)
      loadingOlder.value = false
    },
    /** The test of whether the list has been read down to an order. */
    within: computed(() => {
      const [ready, last] = [state.value === 'ready', floor.value]
      return (order: Pick<Order, 'createdAt' | 'id'>) => ready && (!last || newestFirst(order, last) <= 0)
    }),
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
