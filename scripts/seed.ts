import { parseArgs } from 'node:util'
import type { Actor, Role } from '#shared/actors.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { hashPassword } from '../server/auth/passwords.ts'
import { isoTime, systemClock } from '../server/lib/clock.ts'
import { createDemoData } from '../server/demo/demo-accounts.ts'
import { newId } from '../server/lib/ids.ts'
import { createCustomersService } from '../server/services/customers.service.ts'
import { createHandOverService } from '../server/services/hand-over.service.ts'
import { createOrdersService } from '../server/services/orders.service.ts'
import { currencyProblem } from '../server/services/shop-currency.ts'
import type { Store } from '../server/storage/store.ts'
import { withStore } from './lib/store.ts'

// npm run seed [-- --orders 200 --days 7]
// Creates accounts and a week of orders through the product's services, and prints the password of the accounts.

const vendorNames = ['Ben Aydin', 'Chloé Martin', 'Dmitri Volkov', 'Esi Mensah']
const customerNames = [
  'Mia Lindqvist',
  'Omar Haddad',
  'Priya Natarajan',
  'Tomás Rivera',
  'ليلى منصور',
  'Wilhelmina Featherstonehaugh-Cholmondeley',
]
const addresses = [
  'Lindenstraße 9, Berlin',
  '14 Mill Lane, Flat 3',
  '220 King Street',
  'Calle Mayor 8, 2º',
  'Rua das Flores 71',
]
const password = 'callout demo'

/** Status changes of an order; the frequencies are those of an ordinary week. */
const histories: readonly (readonly OrderStatus[])[] = [
  ...Array.from({ length: 12 }, () => ['accepted', 'on_the_way', 'in_progress', 'completed'] as const),
  ['accepted', 'on_the_way', 'in_progress'],
  ['accepted', 'on_the_way'],
  ['accepted'],
  ['cancelled'],
  [],
  [],
]

await withStore(async (store, { dataDir, currency, demo }) => {
  if (!demo)
    throw new Error('These accounts have a known password: seed only where demo accounts are allowed (DEMO=true).')
  const { values } = parseArgs({
    options: { orders: { type: 'string', default: '200' }, days: { type: 'string', default: '7' } },
  })
  const [count, days] = [Number(values.orders), Number(values.days)]
  if (!(Number.isInteger(count) && count > 0 && count <= 100_000))
    throw new Error('--orders: a whole number from 1 to 100000')
  if (!(days > 0 && days <= 3650)) throw new Error('--days: a number from 1 to 3650')

  const problem = await currencyProblem(store, currency)
  if (problem) throw new Error(problem)
  await createDemoData({ store, dataDir, currency, clock: systemClock })
  const passwordHash = await hashPassword(password)
  const createAccounts = (names: readonly string[], role: Role) =>
    Promise.all(
      names.map((name, index) =>
        ensureUser(store, { name, role, email: `${role}${index + 1}@example.com`, passwordHash }),
      ),
    )
  const [vendors, customers] = [
    await createAccounts(vendorNames, 'vendor'),
    await createAccounts(customerNames, 'customer'),
  ]
  const services = await store.services.list({ active: true })

  // A simulated clock: orders start in the past, and each status change takes some minutes.
  let now = 0
  const clock = { ...systemClock, now: () => now }
  const core = { store, clock, events: { emit() {} } }
  const orders = createOrdersService({
    ...core,
    customers: createCustomersService({ ...core, country: 'US' }),
    handOver: createHandOverService(core),
    currency,
  })
  const end = systemClock.now()

  for (let index = 0; index < count; index++) {
    now = Math.round(end - days * 86_400_000 * (1 - index / count))
    const customer = pick(customers, index)
    const vendor = pick(vendors, index * 7 + 3)
    const items = [{ serviceId: pick(services, index * 5).id, quantity: 1 + (index % 3 === 0 ? 1 : 0) }]
    const contact = { phone: `+49 30 555${String(1000 + index).slice(-4)}`, address: pick(addresses, index) }
    const { order } = await orders.place(customer, { items, contact })
    // The newest orders are still open.
    const statuses = index > count * 0.96 ? pick(histories, 12 + index).slice(0, 2) : pick(histories, index * 11)
    for (const status of statuses) {
      now = Math.min(end, now + 60_000 * (3 + ((index * 13) % 25)))
      const actor = status === 'cancelled' ? customer : vendor
      await orders.changeStatus(actor, order.id, {
        status,
        ...(status === 'cancelled' ? { reason: 'No longer needed' } : {}),
      })
    }
    if (process.stderr.isTTY && index % 20 === 0) process.stderr.write(`\r${index} of ${count} orders`)
  }
  if (process.stderr.isTTY) process.stderr.write('\r')
  console.log(
    `${count} orders over ${days} days; ${vendors.length} vendors and ${customers.length} customers, password "${password}":`,
  )
  console.log(
    `  vendor1@example.com … vendor${vendors.length}@example.com, customer1@example.com … customer${customers.length}@example.com`,
  )
})

/** Returns the user, who is created if the e-mail address is new. */
async function ensureUser(
  store: Store,
  user: { name: string; role: Role; email: string; passwordHash: string },
): Promise<Actor> {
  const existing = await store.users.byEmail(user.email)
  if (existing) return existing
  const record = { ...user, id: newId(), active: true, createdAt: isoTime(systemClock.now()) }
  await store.users.create(record)
  return record
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
