import { isDeepStrictEqual } from 'node:util'
import { openStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { viewFor } from '../../../server/auth/permissions.ts'
import { presentOrder } from '../../../server/services/presenters.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import type { DashboardState, DashboardFeed } from '../actors/dashboard.ts'
import { difference, type Difference } from './difference.ts'

/** A dashboard shows what is stored: no order is missing, outdated, or outside the user's view. */
export function checkDashboard(dashboard: DashboardState, stored: ReadonlyMap<string, OrderRecord>): Difference[] {
  const { name, user, phase, feeds, ids, openCount, regressions } = dashboard
  const wrong: string[] = []
  if (phase !== 'live') wrong.push(`is ${phase}, not live`)
  if (feeds.some(({ ready }) => !ready())) wrong.push('has a list that was not read')
  if (new Set(ids).size !== ids.length) wrong.push('has an order twice in a list')

  const shown = new Set(ids)
  for (const id of ids) {
    const order = stored.get(id)
    const view = order && viewFor(user, order)
    if (!view || view === 'gone')
      wrong.push(`has ${id} (${shownAs(dashboard.order(id))}), which this user must not see: ${lifeOf(order)}`)
  }
  for (const order of stored.values()) {
    const view = viewFor(user, order)
    if (!view || view === 'gone') continue
    const { id, version, status } = order
    const shownOrder = dashboard.order(id)
    if (!shown.has(id) || !shownOrder) {
      if (feeds.some((feed) => includes(feed, order))) wrong.push(`lacks ${id} (version ${version}, ${status})`)
    } else if (shownOrder.version !== version || shownOrder.status !== status) {
      wrong.push(`has ${id} at version ${shownOrder.version}, ${shownOrder.status}, not ${version}, ${status}`)
    } else {
      const { nextStatuses: _next, ...same } = shownOrder
      if (!isDeepStrictEqual(same, presentOrder(order, view))) wrong.push(`has ${id} in another shape`)
    }
  }
  const open = [...stored.values()].filter((order) => openStatuses.includes(order.status)).length
  if (openCount !== null && openCount !== open) wrong.push(`shows a count of ${openCount} open orders, not ${open}`)

  return [
    ...wrong.map((detail) => difference('dashboard')(`${name} ${detail}`)),
    ...regressions.map((detail) => difference('version regressed')(`${name}: ${detail}`)),
  ]
}

const shownAs = (order: Order | undefined) => `version ${order?.version}, ${order?.status}`

const lifeOf = (order: OrderRecord | undefined) =>
  order?.history.map(({ status, by, recordedAt, at }) => `${status} by ${by.name} at ${recordedAt ?? at}`).join(', ') ??
  'not stored'

/** Whether the list has been read down to the order, and the order matches its filter. */
function includes({ query, within }: DashboardFeed, order: OrderRecord): boolean {
  if (query.status?.length && !query.status.includes(order.status)) return false
  if (query.from && order.createdAt < query.from) return false
  return within(presentOrder(order, 'full'))
}
