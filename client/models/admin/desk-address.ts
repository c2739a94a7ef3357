import { isOrderStatus } from '#shared/order-status.ts'
import type { BoardState, Filter } from './board.ts'
import { defaultSort, isSameSort, sortColumns, type Sort } from './sort.ts'

/** The same orders as rows, or on a map. */
export type DeskView = 'table' | 'map'

/** What the desk shows. All of it is in the address, so that a reload and Back keep and undo it. */
export interface DeskState extends BoardState {
  view: DeskView
  /** The id of the selected order. */
  order: string | null
}

/** The state in an address; what the address does not name, or names wrongly, is as on a new desk. */
export const deskStateOf = (query: Readonly<Record<string, string | undefined>>): DeskState => ({
  filter: filterOf(query.status),
  vendorId: query.vendor || null,
  search: (query.q ?? '').trim().slice(0, 100),
  sort: sortOf(query.sort),
  view: query.view === 'map' ? 'map' : 'table',
  order: query.order || null,
})

/** The shortest address of a state. */
export function deskAddressOf({ filter, vendorId, search, sort, view, order }: DeskState): string {
  const query = new URLSearchParams()
  if (filter !== 'all') query.set('status', filter)
  if (vendorId) query.set('vendor', vendorId)
  if (search) query.set('q', search)
  if (!isSameSort(sort, defaultSort)) query.set('sort', `${sort.descending ? '-' : ''}${sort.column}`)
  if (view !== 'table') query.set('view', view)
  if (order) query.set('order', order)
  return query.size > 0 ? `/?${query}` : '/'
}

function filterOf(text: string | undefined): Filter {
  return text === 'open' || text === 'attention' || (text !== undefined && isOrderStatus(text)) ? text : 'all'
}

function sortOf(text = ''): Sort {
  const descending = text.startsWith('-')
  const column = sortColumns.find((name) => name === text.slice(descending ? 1 : 0))
  return column ? { column, descending } : defaultSort
}
