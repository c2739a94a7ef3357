import { computed, effect, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { jobStatuses } from '#shared/order-status.ts'
import { Vendor } from '#shared/presence.ts'
import type { Workspace } from '../workspace.ts'

const VendorList = z.object({ vendors: z.array(Vendor) })

export type Vendors = ReturnType<typeof createVendors>

/** The vendors as an admin sees them: a snapshot, and every event that is newer. */
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
          event && event.at >= vendor.since ? { name: event.name, status: event.status, since: event.at } : {}
        return { ...vendor, ...newer }
      })
      .sort((a, b) => rank[a.status] - rank[b.status] || a.name.localeCompare(b.name)),
  )
  /** How many orders each vendor is working on, of those this page knows: all that are open are loaded. */
  const jobsOf = orders.tally(() => (order) => (jobStatuses.includes(order.status) ? (order.vendor?.id ?? null) : null))
  const jobs = (vendorId: string) => jobsOf.value.get(vendorId) ?? 0

  return {
    all,
    failed,
    jobs,
    load,
    start(): () => void {
      // At the start, and after every gap.
      const stopFollowing = effect(() => {
        void caughtUp.value
        void load()
      })
      // Somebody who was not there when the list was read.
      const stopWatching = effect(() => {
        const known = snapshot.peek()
        if (known && [...presence.value.keys()].some((id) => !known.some((vendor) => vendor.id === id))) void load()
      })
      return () => {
        stopFollowing()
        stopWatching()
      }
    },
  }
}
