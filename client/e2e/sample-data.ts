import { Service } from '#shared/catalogue.ts'
import { Order } from '#shared/orders.ts'
import { User } from '#shared/users.ts'
import type { CreateService } from '#shared/service-input.ts'
import { register, servicesOf, signIn, type ApiClient } from './api.ts'

export interface Credentials {
  admin: string
  vendor: string
  customer: string
}

const password = 'screenshots only'

/** Short names, a name of forty characters, other scripts. */
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
const areas = ['Harbour', 'الرياض', 'Stuttgart-West']
const notes = [
  '',
  'Ring twice, the bell is weak. The dog is friendly.',
  'الرجاء الاتصال على +966 50 123 4567 قبل الوصول، الطابق ٣.\nالباب الأيسر 🚪',
  '',
]

const arabicService: CreateService = {
  name: 'تنظيف عميق للمنزل (3 غرف)',
  description: 'تنظيف المطبخ والحمام والأرضيات. يستغرق حوالي 4 ساعات.',
  price: 18_000,
  durationMinutes: 240,
}
/** A word that is wider than a phone. */
const germanService: CreateService = {
  name: 'Treppenhausbeleuchtungszeitschaltuhrenaustausch und Elektroinstallationsüberprüfung',
  description: 'Der Treppenhausbeleuchtungszeitschaltuhrenaustausch dauert einen halben Tag.',
  price: 12_345_600,
  durationMinutes: 270,
}
const japaneseService: CreateService = {
  name: '🔧🚿 水道修理と配管の点検（緊急対応）',
  description: '蛇口・排水管・給湯器',
  price: 9_800,
  durationMinutes: 45,
}

export interface SampleData {
  /** The customer's orders, one of each kind. */
  trackable: string[]
  /** An order in progress of the demo vendor, whose texts are long and in several scripts. */
  job: string
  longService: Service
  otherService: Service
}

/** Creates vendors, customers and orders in every status, some with a long history. */
export async function createSampleData(base: string, credentials: Credentials): Promise<SampleData> {
  const admin = await signIn(base, 'admin@example.com', credentials.admin)
  const ana = await signIn(base, 'vendor@example.com', credentials.vendor)
  const sam = await signIn(base, 'customer@example.com', credentials.customer)
  const [otherService, longService] = [
    await admin.post('/services', Service, arabicService),
    await admin.post('/services', Service, germanService),
  ]
  await admin.post('/services', Service, japaneseService)
  const services = await servicesOf(admin)
  const vendorClients = await Promise.all(vendors.map((name, index) => addVendor(base, admin, name, `v${index}`)))
  const customerClients = await Promise.all(
    customers.map((name, index) => register(base, name, `c${index}.${Date.now()}@example.com`, password)),
  )

  const serviceAt = (index: number) => {
    const service = services[index % services.length]
    if (!service) throw new Error('The catalogue is empty')
    return service.id
  }
  const placeOrder = (customer: ApiClient, index: number, later = false) =>
    customer.post('/orders', Order, {
      items: [
        { serviceId: serviceAt(index), quantity: 1 + (index % 3 === 0 ? 1 : 0) },
        ...(index % 4 === 0 ? [{ serviceId: serviceAt(index + 1), quantity: 1 }] : []),
      ],
      contact: {
        phone: '+49 711 555 0123',
        address: addresses[index % addresses.length],
        area: areas[index % areas.length],
      },
      notes: notes[index % notes.length],
      scheduledFor: later ? new Date(Date.now() + 27 * 3_600_000).toISOString() : null,
    })
  const setStatus = (client: ApiClient, { id }: Order, status: string, reason?: string) =>
    client.patch(`/orders/${id}/status`, Order, { status, ...(reason ? { reason } : {}) })
  const setStatuses = async (client: ApiClient, order: Order, statuses: readonly string[]) => {
    for (const status of statuses) await setStatus(client, order, status)
    return order
  }

  const forwardStatuses = ['accepted', 'on_the_way', 'in_progress', 'completed']
  for (const [index, customer] of customerClients.entries()) {
    const vendor = vendorClients[index % vendorClients.length] ?? ana
    await setStatuses(vendor, await placeOrder(customer, index), forwardStatuses.slice(0, 1 + (index % 4)))
    await setStatuses(vendor, await placeOrder(customer, index + 2), forwardStatuses)
    await placeOrder(customer, index + 1, index % 2 === 0)
  }
  const [long, arabic] = customerClients
  if (!long || !arabic) throw new Error('No customers')
  await setStatuses(ana, await placeOrder(long, 3), forwardStatuses.slice(0, 2))
  await setStatuses(ana, await placeOrder(arabic, 4, true), forwardStatuses.slice(0, 1))
  await setStatus(long, await placeOrder(long, 1), 'cancelled', 'The time does not suit: I have to go away that week')
  await setStatuses(ana, await placeOrder(arabic, 2), forwardStatuses)

  for (const index of [1, 2, 3]) await placeOrder(arabic, services.length - index)
  const job = await arabic.post('/orders', Order, {
    items: [longService, otherService].map(({ id }) => ({ serviceId: id, quantity: 2 })),
    contact: { phone: '+966 50 123 4567', address: addresses[1], area: areas[1] },
    notes: notes[2],
  })
  await setStatuses(ana, job, forwardStatuses.slice(0, 3))

  const waiting = await placeOrder(sam, 1)
  const released = await setStatuses(ana, await placeOrder(sam, 5), forwardStatuses.slice(0, 2))
  await setStatus(ana, released, 'pending', 'Vehicle trouble')
  const moving = await setStatuses(vendorClients[0] ?? ana, await placeOrder(sam, 4), forwardStatuses.slice(0, 2))
  const done = await setStatuses(vendorClients[2] ?? ana, await placeOrder(sam, 0), forwardStatuses)
  const cancelled = await placeOrder(sam, 2)
  await setStatus(sam, cancelled, 'cancelled', 'Ordered by mistake')
  const trackable = [waiting, released, moving, done, cancelled].map(({ id }) => id)
  return { trackable, job: job.id, longService, otherService }
}

async function addVendor(base: string, admin: ApiClient, name: string, key: string): Promise<ApiClient> {
  const email = `${key}.${Date.now()}@example.com`
  await admin.post('/users', User, { name, email, password, role: 'vendor' })
  return signIn(base, email, password)
}
