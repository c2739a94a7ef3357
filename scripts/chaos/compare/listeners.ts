import type { OrderRecord } from '../../../server/storage/store.ts'
import type { ReceivedVersions } from '../actors/listener.ts'
import { difference, type Difference } from './difference.ts'
import { lastPublished } from './histories.ts'

/** A listener has received the last version of every order that was published to its vendor. */
export function checkListener(
  { name, vendorId, newest }: Omit<ReceivedVersions, 'services'>,
  stored: ReadonlyMap<string, OrderRecord>,
): Difference[] {
  const wrong: string[] = []
  for (const order of stored.values()) {
    const published = lastPublished(vendorId, order)
    const received = newest.get(order.id) ?? 0
    if (published && received < published.version)
      wrong.push(
        `${name} received ${order.id} version ${received}, not ${published.version} (${published.view}) of ${order.version}: ` +
          order.history.map(({ status, by }) => `${status} by ${by.name}`).join(', '),
      )
  }
  return wrong.map(difference('listener'))
}
