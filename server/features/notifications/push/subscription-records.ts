import type { Role } from '#shared/actors.ts'
import type { Clock } from '../../../lib/clock.ts'
import { defineRecords, json, nullable, text, type RecordOf } from '../../../storage/records.ts'
import { DuplicateError, type Store } from '../../../storage/store.ts'

/** A browser that takes push messages for one user, until the session in which it subscribed ends. */
export const pushSubscriptionRecords = defineRecords({
  name: 'push_subscriptions',
  key: 'id',
  fields: {
    id: text(),
    userId: text(),
    role: text<Role>(),
    sessionId: text(),
    /** At the browser's push service. */
    endpoint: text(),
    keys: json<{ p256dh: string; auth: string }>(),
    createdAt: text(),
    lastUsedAt: nullable(text()),
  },
  unique: ['endpoint'],
  indexes: {
    byUser: ['userId', 'createdAt'],
    bySession: ['sessionId'],
    byRole: ['role', 'userId'],
    byEndpoint: ['endpoint'],
  },
})

export type PushSubscriptionRecord = RecordOf<typeof pushSubscriptionRecords>

/** How long a node may miss a subscription made on another node, in ms. */
const cachedFor = 5_000

export type SubscriptionStore = ReturnType<typeof createSubscriptionStore>

/**
 * `exist` and `ofVendors` are asked with every change of an order, so their results are cached: without subscriptions an
 * order costs no query.
 */
export function createSubscriptionStore({ collection }: Pick<Store, 'collection'>, clock: Pick<Clock, 'monotonic'>) {
  const records = collection(pushSubscriptionRecords)
  const any = cached(async () => (await records.list({ limit: 1 })).length > 0, clock)
  const vendors = cached(() => records.list({ index: 'byRole', where: { role: 'vendor' } }), clock)

  function changed<T>(result: T): T {
    any.clear()
    vendors.clear()
    return result
  }

  const list = (where: Partial<PushSubscriptionRecord>, index: 'byUser' | 'bySession' | 'byEndpoint') =>
    records.list({ index, where })

  return {
    exist: any.get,
    ofVendors: vendors.get,
    get: records.get,
    ofUser: (userId: string) => list({ userId }, 'byUser'),
    ofSession: (sessionId: string) => list({ sessionId }, 'bySession'),
    ofEndpoint: async (endpoint: string) => (await list({ endpoint }, 'byEndpoint'))[0] ?? null,
    /** False when another subscription has its endpoint. */
    async create(record: PushSubscriptionRecord): Promise<boolean> {
      try {
        await records.create(record)
        return changed(true)
      } catch (error) {
        if (error instanceof DuplicateError) return false
        throw error
      }
    },
    change: async (id: string, change: Partial<PushSubscriptionRecord>) => changed(await records.change(id, change)),
    used: (id: string, lastUsedAt: string) => records.change(id, { lastUsedAt }),
    remove: async (id: string): Promise<boolean> => changed(await records.delete(id)),
  }
}

function cached<Value>(read: () => Promise<Value>, clock: Pick<Clock, 'monotonic'>) {
  let last: { value: Promise<Value>; until: number } | null = null
  const clear = () => void (last = null)
  return {
    clear,
    get(): Promise<Value> {
      if (last && clock.monotonic() < last.until) return last.value
      const entry = { value: read(), until: clock.monotonic() + cachedFor }
      last = entry
      entry.value.catch(() => last === entry && clear())
      return entry.value
    },
  }
}
