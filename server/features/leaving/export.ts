import type { Order } from '#shared/orders.ts'
import { viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { presentOrder, presentUser } from '../../services/presenters.ts'
import type { CustomerRecord, OrderPosition, Store } from '../../storage/store.ts'
import type { Feature } from '../feature.ts'
import { concerns } from '../../services/order-without-person.ts'
import type { ErasedPerson } from './erasure.service.ts'

export interface ExportDependencies {
  store: Pick<Store, 'users' | 'customers' | 'orders' | 'sessions' | 'presence' | 'duties' | 'abilities'>
  personalData: () => readonly NonNullable<Feature['personalData']>[]
  clock: Pick<Clock, 'now'>
}

const pageSize = 200

const callerOf = ({ name, phone, email, createdAt }: CustomerRecord) => ({ name, phone, email, createdAt })

/** All that is kept about one person, in the person's own view, without secrets. */
export function createExport({ store, personalData, clock }: ExportDependencies) {
  /** Orders that name the person, as far as the person may see them. */
  async function ordersOf(person: ErasedPerson): Promise<Order[]> {
    const found: Order[] = []
    let after: OrderPosition | undefined
    do {
      const query = { scope: { kind: 'all' }, ...(person.role === 'customer' && { customerId: person.id }) } as const
      const page = await store.orders.list({ ...query, limit: pageSize, after })
      for (const order of page)
        if (concerns(order, person) && viewFor(person, order) === 'full') found.push(presentOrder(order, 'full'))
      after = page.at(-1)
      await new Promise(setImmediate)
    } while (after)
    return found
  }

  async function vendorData({ id }: ErasedPerson) {
    const [presence, duties] = await Promise.all([store.presence.all(), store.duties.all()])
    const own = ({ vendorId }: { vendorId: string }) => vendorId === id
    return { presence: presence.find(own) ?? null, duty: duties.find(own) ?? null }
  }

  return async (person: ErasedPerson): Promise<Readonly<Record<string, unknown>>> => {
    const [user, customer, orders, sessions, ...parts] = await Promise.all([
      store.users.byId(person.id),
      store.customers.get(person.id),
      ordersOf(person),
      store.sessions.listOf(person.id),
      person.role === 'vendor' ? vendorData(person) : Promise.resolve({}),
      ...personalData().map(async ({ exportOf }) => exportOf?.(person)),
    ])
    return {
      exportedAt: isoTime(clock.now()),
      account: user && presentUser(user, user.role === 'vendor' ? await store.abilities.of(user.id) : null),
      // As whom others have ordered for the person, by telephone.
      ...(customer && { caller: callerOf(customer) }),
      sessions: sessions.map(({ id, createdAt, rotatedAt, expiresAt, userAgent }) => {
        return { id, createdAt, lastUsedAt: rotatedAt ?? createdAt, expiresAt, userAgent }
      }),
      ...Object.assign({}, ...parts),
      orders,
    }
  }
}
