import { isDeepStrictEqual } from 'node:util'
import { openStatuses } from '#shared/order-status.ts'
import { viewFor } from '../../../server/auth/permissions.ts'
import { presentOrder } from '../../../server/services/presenters.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import type { Screen, ScreenFeed } from '../actors/dashboard.ts'
import { difference, type Difference } from './difference.ts'

/** What a screen shows is what is stored: nothing missing, nothing old, nothing that is none of its business. */
export function checkScreen(screen: Screen, stored: ReadonlyMap<string, OrderRecord>): Difference[] {
  const { name, who, phase, feeds, ids, openCount, wentBack } = screen
  const wrong: string[] = []
  if (phase !== 'live') wrong.push(`is ${phase}, not live`)
  if (feeds.some(({ ready }) => !ready())) wrong.push('has a list that was not read')
  if (new Set(ids).size !== ids.length) wrong.push('has an order twice in a list')

  const shown = new Set(ids)
  for (const id of ids) {
    const order = stored.get(id)
    const view = order && viewFor(who, order)
    if (!view || view === 'gone') wrong.push(`has ${id} (${screen.order(id)?.status}), which is not theirs to see`)
  }
  for (const order of stored.values()) {
    const view = viewFor(who, order)
    if (!view || view === 'gone') continue
    const { id, version, status } = order
    const mine = screen.order(id)
    if (!shown.has(id) || !mine) {
      if (feeds.some((feed) => lists(feed, order))) wrong.push(`lacks ${id} (version ${version}, ${status})`)
    } else if (mine.version !== version || mine.status !== status) {
      wrong.push(`has ${id} at version ${mine.version}, ${mine.status}, not ${version}, ${status}`)
    } else {
      const { nextStatuses: _next, ...same } = mine
      if (!isDeepStrictEqual(same, presentOrder(order, view))) wrong.push(`has ${id} in another shape`)
    }
  }
  const open = [...stored.values()].filter((order) => openStatuses.includes(order.status)).length
  if (openCount !== null && openCount !== open) wrong.push(`counts ${openCount} open orders, not ${open}`)

  return [
    ...wrong.map((words) => difference('screen')(`${name} ${words}`)),
    ...wentBack.map((words) => difference('went back')(`${name}: ${words}`)),
  ]
}

/** Whether this list has been read down to the order, and is one that the order belongs in. */
function lists({ query, within }: ScreenFeed, order: OrderRecord): boolean {
  if (query.status?.length && !query.status.includes(order.status)) return false
  if (query.from && order.createdAt < query.from) return false
  return within(presentOrder(order, 'full'))
}
