import { isFinal, isOffered, orderStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { locale } from '../../i18n/index.ts'
import { newestFirst, type Sorting, type SortKey } from '../../live/order-views.ts'
import { dueTime } from '../orders/waiting.ts'

export const sortColumns = ['number', 'status', 'customer', 'vendor', 'service', 'when', 'waiting', 'changed'] as const
export type SortColumn = (typeof sortColumns)[number]

export interface Sort {
  column: SortColumn
  descending: boolean
}

/** Pending orders that have waited longest, then the other open ones, then what has ended, newest first. */
export const defaultSort: Sort = { column: 'waiting', descending: true }

export const isSameSort = (a: Sort, b: Sort): boolean => a.column === b.column && a.descending === b.descending

interface Column {
  /** Orders of a lower group come first, in either direction. */
  group?(order: Order): number
  value(order: Order): string
  /** Compared as a person reads it, in the reader's language. Other values are times and ranks. */
  isText?: true
  /** The direction of the first click. */
  descendingFirst?: true
}

const columns: Record<SortColumn, Column> = {
  number: { value: ({ number }) => number },
  status: { value: ({ status }) => String(orderStatuses.indexOf(status)).padStart(2, '0') },
  customer: { value: ({ customer }) => customer.name ?? '', isText: true },
  vendor: { value: ({ vendor }) => vendor?.name ?? '', group: ({ vendor }) => (vendor ? 0 : 1), isText: true },
  service: { value: ({ items }) => items.map(({ name }) => name).join(', '), isText: true },
  when: { value: dueTime },
  // The value is how long the order has waited: the earlier it was due, the larger.
  waiting: {
    value: (order) => (isFinal(order.status) ? '' : dueTime(order)),
    group: ({ status }) => (isOffered(status) ? 0 : isFinal(status) ? 2 : 1),
    descendingFirst: true,
  },
  changed: { value: ({ updatedAt }) => updatedAt, descendingFirst: true },
}

/** The sort after a click on a column's header: the other direction where the column is sorted already. */
export const nextSort = (sort: Sort, column: SortColumn): Sort =>
  sort.column === column
    ? { column, descending: !sort.descending }
    : { column, descending: columns[column].descendingFirst ?? false }

interface Key extends SortKey {
  group: number
  value: string
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Reads the language. Equal orders are sorted newest first. */
export function sortingOf({ column, descending }: Sort): Sorting<Key> {
  const { group, value, isText } = columns[column]
  const compareValues = isText ? new Intl.Collator(locale(), { numeric: true }).compare : byText
  const direction = descending === (column === 'waiting') ? 1 : -1
  return {
    keyOf: (order) => ({
      id: order.id,
      createdAt: order.createdAt,
      group: group?.(order) ?? 0,
      value: value(order),
    }),
    compare: (a, b) => a.group - b.group || direction * compareValues(a.value, b.value) || newestFirst(a, b),
  }
}
