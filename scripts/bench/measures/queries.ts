import type { Actor } from '#shared/actors.ts'
import { systemClock } from '../../../server/lib/clock.ts'
import { createCustomersService } from '../../../server/services/customers.service.ts'
import { createHandOverService } from '../../../server/services/hand-over.service.ts'
import { createOrdersService } from '../../../server/services/orders.service.ts'
import { everyList } from '../../../server/testing/order-queries.ts'
import type { OrderListQuery, OrderRecord, Store } from '../../../server/storage/store.ts'
import { ana, bob } from './many-orders.ts'

/** A read or write that is repeated on the store. */
export interface Query {
  name: string
  kind: 'list' | 'write'
  run(n: number): Promise<unknown>
}

const searches = { 'a common word': 'boiler', 'a name': 'núñez', 'a number': '0000-123', 'two words': 'núñez drain' }

/** Every list query and every kind of change, through the product's orders service. */
export async function queriesFor(store: Store, times: number): Promise<Query[]> {
  const core = { store, events: { emit() {} }, clock: systemClock }
  const customers = createCustomersService({ ...core, country: 'US' })
  const orders = createOrdersService({ ...core, customers, handOver: createHandOverService(core), currency: 'USD' })
  await store.services.create({
    id: 'boiler',
    name: 'Boiler repair',
    description: '',
    price: 9_000,
    currency: 'USD',
    durationMinutes: 60,
    active: true,
  })
  await store.users.create({
    ...bob,
    email: 'bob@example.com',
    role: 'vendor',
    active: true,
    createdAt: new Date().toISOString(),
    passwordHash: '',
  })
  const cursor = await store.orders.syncCursor()
  const placed: string[] = []
  const contact = { phone: '+34 600 000 000', address: 'Calle Mayor 1' }
  const customer: Actor = { ...ana, role: 'customer' }
  const vendor: Actor = { ...bob, role: 'vendor' }
  const place = async () => {
    const { order } = await orders.place(customer, { items: [{ serviceId: 'boiler', quantity: 1 }], contact })
    placed.push(order.id)
  }
  // For the claims, the changes and the sync query.
  for (let n = 0; n < times; n++) await place()
  const id = (n: number) => placed[n] ?? ''

  const lists = everyList.map((query) => list(nameOf(query), query))
  const searchQueries = Object.entries(searches).flatMap(([what, q]) =>
    (['all', 'vendor'] as const).map((kind) =>
      list(`${kind}, search for ${what}`, { scope: kind === 'all' ? { kind } : { kind, id: bob.id }, q, limit: 50 }),
    ),
  )
  return [
    ...lists,
    ...searchQueries,
    { name: 'active orders of each vendor', kind: 'list', run: () => store.orders.activeCounts() },
    { name: 'changes since', kind: 'list', run: () => store.orders.changedSince(cursor, { kind: 'all' }) },
    {
      name: "changes since, a customer's",
      kind: 'list',
      run: () => store.orders.changedSince(cursor, { kind: 'customer', id: ana.id }),
    },
    { name: 'one order', kind: 'list', run: (n) => store.orders.byId(id(n)) },
    { name: 'place', kind: 'write', run: place },
    { name: 'claim', kind: 'write', run: (n) => orders.changeStatus(vendor, id(n), { status: 'accepted' }) },
    { name: 'change', kind: 'write', run: (n) => orders.changeStatus(vendor, id(n), { status: 'on_the_way' }) },
  ]

  function list(name: string, query: OrderListQuery): Query {
    return { name, kind: 'list', run: (): Promise<OrderRecord[]> => store.orders.list(query) }
  }
}

function nameOf({ scope, statuses, vendorId, customerId, from }: OrderListQuery): string {
  const filters = [
    statuses && (statuses.length > 1 ? 'active' : statuses[0]),
    vendorId && 'of a vendor',
    customerId && 'of a customer',
    from && 'a page of a month',
  ].filter(Boolean)
  return [scope.kind, ...filters].join(', ')
}
