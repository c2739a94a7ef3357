import type { OrderHistoryEntry } from '#shared/apply-transition.ts'
import { Payment, Rating } from '#shared/order-outcome.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import { difference, type Difference } from './difference.ts'

interface Said {
  by: string
  field: 'payment' | 'rating'
  value: string
}

/** What an entry of the history says of a payment or rating, as the actors name it. */
function saidIn({ by, changed = [] }: OrderHistoryEntry): Said[] {
  return changed.flatMap(({ field, to }): Said[] => {
    if (field === 'rating') return [{ by: by.id, field, value: Rating.parse(to).text }]
    if (field !== 'payment') return []
    const { status, tip = 0 } = Payment.parse(to)
    return [{ by: by.id, field, value: status === 'paid' ? `paid ${tip}` : status }]
  })
}

/** What was acknowledged of payments and ratings is in the history once, and the order has what was said last. */
export function checkOutcomes(
  { outcomes }: Pick<Acknowledgements, 'outcomes'>,
  stored: ReadonlyMap<string, OrderRecord>,
): Difference[] {
  const found = new Map([...stored.values()].map((order) => [order.id, order.history.flatMap(saidIn)]))
  const isSame = (one: Said, other: Said) =>
    one.by === other.by && one.field === other.field && one.value === other.value
  const lost = outcomes.filter((one) => !found.get(one.orderId)?.some((said) => isSame(said, one)))
  const wrong: Difference[] = []
  for (const [id, said] of found) {
    const order = stored.get(id)
    for (const [n, one] of said.entries())
      if (said.findIndex((other) => isSame(one, other)) !== n)
        wrong.push(difference('change duplicated')(`${id}: ${one.field} ${one.value}`))
    const [payment, rating] = (['payment', 'rating'] as const).map(
      (field) => said.findLast((one) => one.field === field)?.value,
    )
    const has =
      order?.payment && (order.payment.status === 'paid' ? `paid ${order.payment.tip ?? 0}` : order.payment.status)
    if (has !== payment || order?.rating?.text !== rating)
      wrong.push(
        difference('history')(
          `${id} has the payment ${has} and the rating ${order?.rating?.text}, and its history ${payment}, ${rating}`,
        ),
      )
  }
  return [
    ...lost.map(({ orderId, field, value }) => difference('change lost')(`${orderId}: ${field} ${value}`)),
    ...wrong,
  ]
}
