import type { Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import type { Membership } from './membership.ts'

export interface WatchingCustomersDependencies {
  membership: Pick<Membership, 'send' | 'on' | 'isAlone' | 'disconnectedSince'>
  /** Whether a page of the customer with this order, connected to this node, is shown. */
  isWatchingHere(customerId: string, orderId: string): boolean
  clock: Pick<Clock, 'after'>
}

/** How long the other nodes have to answer, in ms. */
const answerWithin = 250

/** Asks every node whether a page of a customer is shown. To be created before the membership starts. */
export function createWatchingCustomers({ membership, isWatchingHere, clock }: WatchingCustomersDependencies) {
  const open = new Map<string, () => void>()
  membership.on('findWatching', ({ customerId, orderId = '', question }) => {
    if (isWatchingHere(customerId, orderId)) membership.send('watchingFound', { question })
  })
  membership.on('watchingFound', ({ question }) => open.get(question)?.())

  return {
    /** False as well when a node does not answer in time. */
    async isWatching(customerId: string, orderId: string): Promise<boolean> {
      if (isWatchingHere(customerId, orderId)) return true
      if (membership.isAlone() || membership.disconnectedSince() !== null) return false
      const question = newId()
      const found = await new Promise<boolean>((resolve) => {
        const cancel = clock.after(answerWithin, () => resolve(false))
        open.set(question, () => {
          cancel()
          resolve(true)
        })
        membership.send('findWatching', { customerId, orderId, question })
      })
      open.delete(question)
      return found
    },
  }
}
