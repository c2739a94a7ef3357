import type { Actor } from '#shared/actors.ts'
import type { Order } from '#shared/orders.ts'
import { viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { concerns, withoutPerson } from '../../services/order-without-person.ts'
import { presentOrder } from '../../services/presenters.ts'
import type { PersonalData } from '../feature.ts'
import type { Archive } from './archive.ts'

/** The author of a change that no person has asked for. */
const server: Actor = { id: 'callout', name: 'Callout', role: 'admin' }

export interface ArchivedDataDependencies {
  archive: Archive
  /** Whether this node may change the archive. */
  mayChange: () => boolean
  clock: Pick<Clock, 'now'>
}

/** What the archive has of people. */
export function createPersonalData({ archive, mayChange, clock }: ArchivedDataDependencies): PersonalData {
  return {
    async exportOf(person) {
      const archivedOrders: Order[] = []
      if (await archive.exists())
        for await (const order of archive.orders())
          if (concerns(order, person) && viewFor(person, order) === 'full')
            archivedOrders.push(presentOrder(order, 'full'))
      return archivedOrders.length > 0 ? { archivedOrders } : {}
    },

    async erase(person) {
      if (!(await archive.exists())) return
      // The erasure is repeated by the leader's sweep.
      if (!mayChange()) throw new UnavailableError('the leader erases in the archive', { logged: true })
      const now = isoTime(clock.now())
      await archive.change((order) => (concerns(order, person) ? withoutPerson(order, person, server, now) : null))
    },
  }
}
