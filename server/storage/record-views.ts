import { keyValueRecords } from './definitions/key-value.ts'
import { presenceRecords } from './definitions/presence.ts'
import { serviceRecords } from './definitions/services.ts'
import type { KeyValueStore, PresenceStore, RecordViews, ServiceStore, StoreAdapter } from './store.ts'

type Collections = Pick<StoreAdapter, 'collection'>

export const recordViews = (adapter: Collections): RecordViews => ({
  services: serviceStore(adapter),
  presence: presenceStore(adapter),
  keyValue: keyValueStore(adapter),
})

function serviceStore({ collection }: Collections): ServiceStore {
  const services = collection(serviceRecords)
  return {
    create: services.create,
    byIds: services.getMany,
    list: ({ active }) => services.list({ index: 'byName', where: { active } }),
    change: (id, change) => services.change(id, change),
  }
}

function presenceStore({ collection }: Collections): PresenceStore {
  const presence = collection(presenceRecords)
  return { all: () => presence.list(), put: presence.put }
}

function keyValueStore({ collection }: Collections): KeyValueStore {
  const texts = collection(keyValueRecords)
  return {
    get: async (name) => (await texts.get(name))?.text ?? null,
    put: (name, text) => texts.put({ name, text }),
    async remove(name) {
      await texts.delete(name)
    },
  }
}
