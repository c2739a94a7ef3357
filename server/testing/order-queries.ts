import type { OrderListQuery, OrderScope } from '../storage/store.ts'

/** One scope of each kind. */
export const scopes: readonly OrderScope[] = [
  { kind: 'all' },
  { kind: 'customer', id: 'ana' },
  { kind: 'vendor', id: 'bob' },
]

const filters: readonly Partial<OrderListQuery>[] = [
  {},
  { statuses: ['pending'] },
  { statuses: ['accepted', 'on_the_way', 'in_progress'] },
  { vendorId: 'bob' },
  { customerId: 'ana' },
  { vendorId: 'bob', customerId: 'ana' },
  { from: '2026-01-01', to: '2026-02-01', after: { createdAt: '2026-01-15', id: 'o1' } },
]

/** Every kind of list without a search: for each of them an adapter needs an index. */
export const everyList: readonly OrderListQuery[] = scopes.flatMap((scope) =>
  filters.map((filter) => ({ scope, limit: 50, ...filter })),
)
