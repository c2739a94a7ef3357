import type { DeviceRecord } from '../features/devices/device-records.ts'
import type { DeliveryRecord, OrderRecord, PresenceRecord, SessionRecord, UserRecord } from '../storage/store.ts'
import type { Service } from '#shared/catalogue.ts'

/** Complete records for tests with unique ids; a test passes the fields that matter to it. */
let count = 0
const next = () => String(++count).padStart(6, '0')

const morning = '2026-03-02T08:00:00.000Z'

export function anOrder(given: Partial<OrderRecord> = {}): OrderRecord {
  const n = next()
  const customer = given.customer ?? { id: 'ana', name: 'Ana Núñez' }
  const status = given.status ?? 'pending'
  const createdAt = given.createdAt ?? morning
  return {
    id: `o${n}`,
    number: `${n.slice(0, 3)}-${n.slice(3)}`,
    status,
    version: 1,
    customer,
    vendor: null,
    contact: { phone: '+34 600 000 000', address: 'Calle Mayor 1' },
    items: [{ serviceId: 'boiler', name: 'Boiler repair', quantity: 1, unitPrice: 9000 }],
    totalAmount: 9000,
    currency: 'EUR',
    notes: '',
    scheduledFor: null,
    history: [{ status, at: createdAt, by: { ...customer, role: 'customer' }, note: null, vendor: null }],
    createdAt,
    updatedAt: createdAt,
    declinedBy: [],
    ...given,
  }
}

export function aUser(given: Partial<UserRecord> = {}): UserRecord {
  const n = next()
  return {
    id: `u${n}`,
    name: `User ${n}`,
    email: `u${n}@example.com`,
    role: 'customer',
    active: true,
    createdAt: morning,
    passwordHash: `hash-${n}`,
    ...given,
  }
}

export function aSession(given: Partial<SessionRecord> = {}): SessionRecord {
  const n = next()
  return {
    id: `s${n}`,
    userId: 'ana',
    secretHash: `secret-${n}`,
    previousHash: null,
    rotatedAt: null,
    createdAt: morning,
    expiresAt: '2026-04-01T08:00:00.000Z',
    userAgent: null,
    ...given,
  }
}

export function aService(given: Partial<Service> = {}): Service {
  const n = next()
  return {
    id: `v${n}`,
    name: `Service ${n}`,
    description: '',
    price: 9000,
    currency: 'EUR',
    durationMinutes: 60,
    active: true,
    ...given,
  }
}

export function aPresence(given: Partial<PresenceRecord> = {}): PresenceRecord {
  return { vendorId: `w${next()}`, status: 'online', since: morning, lastSeenAt: null, onBreak: false, ...given }
}

export function aDevice(given: Partial<DeviceRecord> = {}): DeviceRecord {
  const n = next()
  return {
    id: `d${n}`,
    name: `Device ${n}`,
    vendorId: 'bob',
    createdAt: morning,
    lastSeenAt: null,
    secretHash: `secret-${n}`,
    session: null,
    ...given,
  }
}

export function aDelivery(given: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    id: `e${next()}`,
    channel: 'mail',
    queue: 'mail ana',
    payload: {},
    state: 'waiting',
    attempts: 0,
    sending: false,
    createdAt: morning,
    dueAt: morning,
    result: null,
    expiresAt: null,
    requestId: null,
    ...given,
  }
}
