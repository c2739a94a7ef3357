import { isDeepStrictEqual } from 'node:util'
import type { OrderRecord } from '../../../server/storage/store.ts'
import type { Acknowledged, Acknowledgements } from '../acknowledgements.ts'
import { difference, type Difference } from './difference.ts'

type Recorded = Pick<Acknowledgements, 'orders' | 'changes' | 'corrections' | 'totals' | 'refusedKeys'>

/** Everything that was acknowledged is stored exactly once. */
export function checkInvariants(recorded: Recorded, stored: ReadonlyMap<string, OrderRecord>): Difference[] {
  const { orders, changes, corrections } = recorded
  return [
    ...checkOrders(orders, stored),
    ...checkChanges(changes, stored),
    ...checkCorrections(corrections, stored),
    ...checkWinners(stored),
    ...[...stored.values()].flatMap((order) => checkTotal(recorded, order)),
  ]
}

/** An order has the total that its customer was shown, and no order was stored whose request was refused. */
function checkTotal(
  { totals, refusedKeys }: Pick<Recorded, 'totals' | 'refusedKeys'>,
  { id, notes, items, totalAmount }: OrderRecord,
): Difference[] {
  const found = difference('total')
  const [shown, sum] = [totals.get(notes), items.reduce((total, one) => total + one.unitPrice * one.quantity, 0)]
  return [
    ...(totalAmount === shown ? [] : [found(`${id} costs ${totalAmount}; ${notes} agreed to ${shown}`)]),
    ...(totalAmount === sum ? [] : [found(`${id} costs ${totalAmount}; its items cost ${sum}`)]),
    ...(refusedKeys.has(notes) ? [found(`${notes} was refused and is stored as ${id}`)] : []),
  ]
}

function checkOrders(placed: Recorded['orders'], stored: ReadonlyMap<string, OrderRecord>): Difference[] {
  const found: Difference[] = []
  // The notes carry the key. A submission that was never acknowledged may be stored, but only once.
  const byKey = new Map<string, string[]>()
  for (const { id, notes } of stored.values()) byKey.set(notes, [...(byKey.get(notes) ?? []), id])
  for (const [key, ids] of byKey) {
    if (ids.length > 1) found.push(difference('order duplicated')(`${key}: ${ids.join(', ')}`))
  }
  for (const [key, { customerId, responses }] of placed) {
    const [first, ...others] = responses
    const order = first && stored.get(first.id)
    if (!order || order.notes !== key || order.customer.id !== customerId)
      found.push(difference('order lost')(`${key}, acknowledged as ${first?.id}`))
    if (others.some((other) => !isDeepStrictEqual(other, first))) found.push(difference('responses differ')(key))
  }
  return found
}

function checkChanges(changes: readonly Acknowledged[], stored: ReadonlyMap<string, OrderRecord>): Difference[] {
  const found: Difference[] = []
  const times = new Map<string, number>()
  for (const { history } of stored.values()) {
    for (const { commandId } of history) if (commandId) times.set(commandId, (times.get(commandId) ?? 0) + 1)
  }
  for (const [commandId, count] of times) {
    if (count > 1) found.push(difference('change duplicated')(`${commandId} was applied ${count} times`))
  }
  for (const change of changes) {
    const { orderId, by, status, commandId, version } = change
    const history = stored.get(orderId)?.history ?? []
    const entry = commandId
      ? history.find((one) => one.commandId === commandId && one.note === commandId)
      : history[(version ?? 0) - 1]
    // A decline leaves the order pending, except for the last one, which rejects it.
    const agrees = entry?.status === status || (status === 'rejected' && entry?.status === 'pending')
    if (entry?.by.id === by && agrees) continue
    found.push(difference('change lost')(`${orderId} → ${status} (${commandId ?? `version ${version}`})`))
  }
  return found
}

/** A correction of the area is one entry of the history. */
function checkCorrections(
  corrections: Recorded['corrections'],
  stored: ReadonlyMap<string, OrderRecord>,
): Difference[] {
  const timesIn = ({ history }: OrderRecord, area: string) =>
    history.flatMap(({ changed = [] }) => changed.filter(({ field, to }) => field === 'area' && to === area)).length
  const lost = corrections.filter(({ orderId, text }) => {
    const order = stored.get(orderId)
    return !order || timesIn(order, text) === 0
  })
  const doubled = [...stored.values()].filter((order) => timesIn(order, order.notes) > 1)
  return [
    ...lost.map(({ orderId, text }) => difference('change lost')(`${orderId}: the area ${text}`)),
    ...doubled.map(({ id }) => difference('change duplicated')(`${id} was corrected twice`)),
  ]
}

/** A vendor's claim always follows the status pending, so an order has at most one winner. */
function checkWinners(stored: ReadonlyMap<string, OrderRecord>): Difference[] {
  const found: Difference[] = []
  for (const { id, history } of stored.values()) {
    for (const [index, entry] of history.entries()) {
      const before = history[index - 1]
      // Details of an accepted order: no claim.
      if (entry.changed) continue
      if (entry.status === 'accepted' && entry.by.role === 'vendor' && before?.status !== 'pending')
        found.push(difference('two winners')(`${id} version ${index + 1}`))
    }
  }
  return found
}
