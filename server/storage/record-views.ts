import type { Service } from '#shared/catalogue.ts'
import { abilityRecords } from './definitions/abilities.ts'
import { customerRecords } from './definitions/customers.ts'
import { deliveryRecords } from './definitions/deliveries.ts'
import { departureRecords } from './definitions/departures.ts'
import { dutyRecords } from './definitions/duties.ts'
import { keyValueRecords } from './definitions/key-value.ts'
import { presenceRecords } from './definitions/presence.ts'
import { renameRecords } from './definitions/renames.ts'
import { serviceRecords } from './definitions/services.ts'
import { verifiedEmailRecords } from './definitions/verified-emails.ts'
import type { RecordOf } from './records.ts'
import {
  DuplicateError,
  type AbilityStore,
  type CustomerStore,
  type DeliveryStore,
  type DepartureStore,
  type DutyStore,
  type KeyValueStore,
  type PresenceStore,
  type RecordViews,
  type RenameStore,
  type ServiceStore,
  type StoreAdapter,
  type VerifiedEmailStore,
} from './store.ts'

type Collections = Pick<StoreAdapter, 'collection'>

export const recordViews = (adapter: Collections): RecordViews => ({
  services: serviceStore(adapter),
  customers: customerStore(adapter),
  presence: presenceStore(adapter),
  duties: dutyStore(adapter),
  keyValue: keyValueStore(adapter),
  departures: departureStore(adapter),
  renames: renameStore(adapter),
  deliveries: deliveryStore(adapter),
  verifiedEmails: verifiedEmailStore(adapter),
  abilities: abilityStore(adapter),
})

function serviceStore({ collection }: Collections): ServiceStore {
  const services = collection(serviceRecords)
  return {
    create: (service) => services.create({ ...withoutDetails, ...service }),
    byIds: async (ids) => (await services.getMany(ids)).map(serviceOf),
    list: async ({ active }) => (await services.list({ index: 'byName', where: { active } })).map(serviceOf),
    async change(id, change) {
      const changed = await services.change(id, change)
      return changed && serviceOf(changed)
    },
  }
}

// prettier-ignore
const withoutDetails = {
  category: null, options: null, availableHours: null, deadlines: null, skills: null, offers: null, proof: null, picture: null,
}

/**
 * Without what the service does not have: such a catalogue costs its readers nothing. Field by field, as each order reads
 * its services: V8 promotes an object made by object rest to the old generation (../README.md).
 */
function serviceOf(record: RecordOf<typeof serviceRecords>): Service {
  const service: Service = {
    id: record.id,
    name: record.name,
    description: record.description,
    price: record.price,
    currency: record.currency,
    durationMinutes: record.durationMinutes,
    active: record.active,
  }
  if (record.category !== null) service.category = record.category
  if (record.options !== null) service.options = record.options
  if (record.availableHours !== null) service.availableHours = record.availableHours
  if (record.deadlines !== null) service.deadlines = record.deadlines
  if (record.skills !== null) service.skills = record.skills
  if (record.offers !== null) service.offers = record.offers
  if (record.proof !== null) service.proof = record.proof
  if (record.picture !== null) service.picture = record.picture
  return service
}

function customerStore({ collection }: Collections): CustomerStore {
  const customers = collection(customerRecords)
  return {
    create: customers.create,
    get: customers.get,
    byPhone: async (phoneKey) => (await customers.list({ where: { phoneKey }, limit: 1 }))[0] ?? null,
    change: customers.change,
    remove: customers.delete,
  }
}

function presenceStore({ collection }: Collections): PresenceStore {
  const presence = collection(presenceRecords)
  return {
    all: () => presence.list(),
    put: presence.put,
    async remove(vendorId) {
      await presence.delete(vendorId)
    },
  }
}

function dutyStore({ collection }: Collections): DutyStore {
  const duties = collection(dutyRecords)
  return {
    all: () => duties.list(),
    put: duties.put,
    async remove(vendorId) {
      await duties.delete(vendorId)
    },
  }
}

function keyValueStore({ collection }: Collections): KeyValueStore {
  const texts = collection(keyValueRecords)
  return {
    get: async (name) => (await texts.get(name))?.text ?? null,
    put: (name, text) => texts.put({ name, text }),
    async create(name, text) {
      try {
        await texts.create({ name, text })
        return true
      } catch (error) {
        if (error instanceof DuplicateError) return false
        throw error
      }
    },
    async remove(name) {
      await texts.delete(name)
    },
  }
}

function departureStore({ collection }: Collections): DepartureStore {
  const departures = collection(departureRecords)
  return {
    put: departures.put,
    of: departures.get,
    unfinished: () => departures.list({ index: 'byUnfinished', where: { unfinished: true } }),
    all: () => departures.list(),
    async finish({ vendorId, id }) {
      await departures.change(vendorId, { unfinished: false }, { id })
    },
  }
}

function renameStore({ collection }: Collections): RenameStore {
  const renames = collection(renameRecords)
  return {
    create: renames.create,
    all: () => renames.list(),
    async remove(id) {
      await renames.delete(id)
    },
  }
}

/** Sorts after every time and id. */
const last = '~'

function deliveryStore({ collection }: Collections): DeliveryStore {
  const deliveries = collection(deliveryRecords)
  const { create, get, getMany, change, list, sweep } = deliveries
  const first = async (query: Parameters<typeof list>[0]) => (await list({ index: 'byQueue', limit: 1, ...query }))[0]
  return {
    create,
    get,
    getMany,
    change,
    sweep,
    page: (after, limit) => list({ after: { id: after }, limit }),
    async remove(id) {
      await deliveries.delete(id)
    },
    oldestWaiting: (queue) => first({ where: { state: 'waiting', queue } }),
    nextWaiting: (queue) => first({ where: { state: 'waiting' }, after: { queue, createdAt: last, id: last } }),
  }
}

function verifiedEmailStore({ collection }: Collections): VerifiedEmailStore {
  const verified = collection(verifiedEmailRecords)
  return { has: async (userId) => (await verified.get(userId)) !== null, put: verified.put, remove: verified.delete }
}

function abilityStore({ collection }: Collections): AbilityStore {
  const abilities = collection(abilityRecords)
  return {
    all: () => abilities.list(),
    of: abilities.get,
    put: abilities.put,
    async remove(vendorId) {
      await abilities.delete(vendorId)
    },
  }
}
