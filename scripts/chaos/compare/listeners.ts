import type { OrderRecord } from '../../../server/storage/store.ts'
import type { Heard } from '../actors/listener.ts'
import { difference, type Difference } from './difference.ts'
import { lastTold } from './histories.ts'

/** Whoever only listens has heard of every order whatever was last to be told them. */
export function checkListener(
  { name, vendorId, newest }: Heard,
  stored: ReadonlyMap<string, OrderRecord>,
): Difference[] {
  const wrong: string[] = []
  for (const order of stored.values()) {
    const told = lastTold(vendorId, order)
    const heard = newest.get(order.id) ?? 0
    if (told && heard < told.version)
      wrong.push(
        `${name} heard of ${order.id} version ${heard}, not ${told.version} (${told.view}) of ${order.version}: ` +
          order.history.map(({ status, by }) => `${status} by ${by.name}`).join(', '),
      )
  }
  return wrong.map(difference('listener'))
}
