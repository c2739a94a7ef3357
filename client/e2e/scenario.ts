import { Order } from '#shared/orders.ts'
import { User } from '#shared/users.ts'
import { register, servicesOf, signIn, type Person } from './api.ts'

export interface Credentials {
  admin: string
  vendor: string
  customer: string
}

const password = 'screenshots only'

/** Names as they come: short ones, forty characters, other scripts. */
const customers = [
  'Maximiliane von Hohenstein-Wittelsbacher',
  'ليلى عبد الرحمن',
  'Bo',
  'Siobhán Ó Súilleabháin',
  'José Díaz',
]
const vendors = ['Christopher Featherstonehaugh-Cholmondeley', '山田太郎', 'Ines Duarte', 'Tariq Aziz']
const addresses = [
  '14 Harbour Lane, 2nd floor',
  'شارع الملك فهد ١٢',
  'Lange Straße 221b, Hinterhaus links, 4. Stock, 70174 Stuttgart',
]
const notes = ['', 'Ring twice, the bell is weak. The dog is friendly.', '']

/** A day at the desk: orders in every status, some of them with a story. */
export async function fill(base: string, credentials: Credentials): Promise<{ trackable: string[] }> {
  const admin = await signIn(base, 'admin@example.com', credentials.admin)
  const ana = await signIn(base, 'vendor@example.com', credentials.vendor)
  const sam = await signIn(base, 'customer@example.com', credentials.customer)
  const services = await servicesOf(admin)
  const team = await Promise.all(vendors.map((name, index) => addVendor(base, admin, name, `v${index}`)))
  const people = await Promise.all(
    customers.map((name, index) => register(base, name, `c${index}.${Date.now()}@example.com`, password)),
  )

  const serviceAt = (index: number) => {
    const service = services[index % services.length]
    if (!service) throw new Error('The catalogue is empty')
    return service.id
  }
  const order = (who: Person, index: number, later = false) =>
    who.post('/orders', Order, {
      items: [
        { serviceId: serviceAt(index), quantity: 1 + (index % 3 === 0 ? 1 : 0) },
        ...(index % 4 === 0 ? [{ serviceId: serviceAt(index + 1), quantity: 1 }] : []),
      ],
      contact: { phone: '+49 711 555 0123', address: addresses[index % addresses.length] },
      notes: notes[index % notes.length],
      scheduledFor: later ? new Date(Date.now() + 27 * 3_600_000).toISOString() : null,
    })
  const step = (who: Person, { id }: Order, status: string, reason?: string) =>
    who.patch(`/orders/${id}/status`, Order, { status, ...(reason ? { reason } : {}) })
  const carry = async (who: Person, placed: Order, steps: readonly string[]) => {
    for (const status of steps) await step(who, placed, status)
    return placed
  }

  const way = ['accepted', 'on_the_way', 'in_progress', 'completed']
  for (const [index, person] of people.entries()) {
    const worker = team[index % team.length] ?? ana
    await carry(worker, await order(person, index), way.slice(0, 1 + (index % 4)))
    await carry(worker, await order(person, index + 2), way)
    await order(person, index + 1, index % 2 === 0)
  }
  const [long, arabic] = people
  if (!long || !arabic) throw new Error('nobody there')
  await carry(ana, await order(long, 3), way.slice(0, 2))
  await carry(ana, await order(arabic, 4, true), way.slice(0, 1))
  await step(long, await order(long, 1), 'cancelled', 'The time does not suit: I have to go away that week')
  await carry(ana, await order(arabic, 2), way)

  const waiting = await order(sam, 1)
  const released = await carry(ana, await order(sam, 5), way.slice(0, 2))
  await step(ana, released, 'pending', 'Vehicle trouble')
  const moving = await carry(team[0] ?? ana, await order(sam, 4), way.slice(0, 2))
  const done = await carry(team[2] ?? ana, await order(sam, 0), way)
  const cancelled = await order(sam, 2)
  await step(sam, cancelled, 'cancelled', 'Ordered by mistake')
  return { trackable: [waiting, released, moving, done, cancelled].map(({ id }) => id) }
}

async function addVendor(base: string, admin: Person, name: string, key: string): Promise<Person> {
  const email = `${key}.${Date.now()}@example.com`
  await admin.post('/users', User, { name, email, password, role: 'vendor' })
  return signIn(base, email, password)
}
