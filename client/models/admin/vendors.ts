import { computed, effect, signal } from '@preact/signals'
import { jobStatuses } from '#shared/order-status.ts'
import { VendorList, type Vendor } from '#shared/presence.ts'
import type { Workspace } from '../workspace.ts'

export type Vendors = ReturnType<typeof createVendors>

/** The vendors: a snapshot, updated by every event that is newer. The model that creates it ends its effects. */
export function createVendors({
  api,
  orders,
  presence,
  caughtUp,
}: Pick<Workspace, 'api' | 'orders' | 'presence' | 'caughtUp'>) {
  const snapshot = signal<readonly Vendor[] | null>(null)
  const failed = signal(false)

  async function load(): Promise<void> {
    failed.value = false
    try {
      snapshot.value = (await api.get('/vendors', VendorList)).vendors
    } catch {
      failed.value = snapshot.peek() === null
    }
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
    const vendors = snapshot.peek()
    if (vendors && [...presence.value.keys()].some((id) => !vendors.some((vendor) => vendor.id === id))) void load()
  })

  return { all, failed, jobs, load }
}
