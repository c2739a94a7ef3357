import { computed, effect, signal } from '@preact/signals-core'
import { jobStatuses } from '#shared/order-status.ts'
import { VendorList, type Vendor } from '#shared/presence.ts'
import { ApiError, isTransient } from './api-error.ts'
import type { LiveModel } from './live-model.ts'
import { createRetryTimer, type SetTimer } from './retry.ts'

export type Vendors = ReturnType<typeof createVendors>

/** The vendors: a snapshot, updated by every event that is newer. The model that creates it ends its effects. */
export function createVendors(
  { api, orders, presence, caughtUp }: Pick<LiveModel, 'api' | 'orders' | 'presence' | 'caughtUp'>,
  setTimer?: SetTimer,
) {
  const snapshot = signal<readonly Vendor[] | null>(null)
  const failed = signal(false)

  const retry = createRetryTimer({ first: 1_000, most: 8_000 }, setTimer)
  let newest = 0
  let applied = 0

  /** Repeated until the list has been read: a vendor may be missing in the one before. */
  async function load(): Promise<void> {
    const mine = ++newest
    failed.value = false
    const before = presence.peek()
    try {
      const { vendors } = await api.get('/vendors', VendorList)
      if (mine < applied) return
      applied = mine
      snapshot.value = vendors
      retry.succeeded()
      // The list may be older than an event that arrived meanwhile, of a vendor who was activated.
      if (lacksAny([...presence.peek()].filter(([id, event]) => event !== before.get(id)))) void load()
    } catch (error) {
      if (mine !== newest) return
      failed.value = snapshot.peek() === null
      // Signed out: there will be no answer.
      const isOver = error instanceof ApiError && error.status === 401
      if (isTransient(error) && !isOver) retry.failed(() => void (mine === newest && load()))
    }
  }

  const lacksAny = (events: readonly (readonly [string, unknown])[]): boolean => {
    const vendors = snapshot.peek()
    return vendors !== null && events.some(([id]) => !vendors.some((vendor) => vendor.id === id))
  }

  const rank = { online: 0, break: 1, offline: 2 }
  const all = computed(() =>
    snapshot.value
      ?.map((vendor): Vendor => {
        const event = presence.value.get(vendor.id)
        const newer =
          event && event.at >= vendor.since
            ? { name: event.name, status: event.status, reachable: event.reachable, since: event.at }
            : {}
        return { ...vendor, ...newer }
      })
      .sort((a, b) => rank[a.status] - rank[b.status] || a.name.localeCompare(b.name)),
  )
  /** The number of active orders of each vendor, by vendor id. The board has loaded all active orders. */
  const jobs = orders.countBy(() => (order) => (jobStatuses.includes(order.status) ? (order.vendor?.id ?? null) : null))
  // When the model starts, and after every gap.
  effect(() => {
    void caughtUp.value
    void load()
  })
  // A vendor who was not in the list when it was read.
  effect(() => {
    if (lacksAny([...presence.value])) void load()
  })

  return { all, failed, jobs, load, stop: () => void newest++ }
}
