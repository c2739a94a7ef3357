import { arrivalByPosition, arrivalByUsualTimes } from '#shared/arrival.ts'
import type { Arrival } from '#shared/device-messages.ts'
import { statusEntries } from '#shared/order-history.ts'
import type { PlaceInTime } from '#shared/vendor-positions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'

export interface ArrivalsDependencies {
  orders: Pick<Store['orders'], 'list'>
  clock: Pick<Clock, 'now'>
}

export type Arrivals = ReturnType<typeof createArrivals>

/** How many of a vendor's last orders tell how long their drives take, and for how long that is remembered, in ms. */
const [lastOrders, rememberedFor] = [30, 10 * 60_000]

/** When the vendor of the order has set off, as an ISO time; null while the vendor is not on the way. */
export const setOffAt = ({ status, history }: OrderRecord): string | null =>
  status === 'on_the_way' ? (statusEntries(history).findLast((entry) => entry.status === status)?.at ?? null) : null

/** Estimates of when vendors arrive. */
export function createArrivals({ orders, clock }: ArrivalsDependencies) {
  const remembered = new Map<string, { at: number; drives: Promise<number[]> }>()

  function drivesOf(vendorId: string): Promise<number[]> {
    const known = remembered.get(vendorId)
    if (known && clock.now() - known.at < rememberedFor) return known.drives
    const drives = readDrives(vendorId)
    remembered.set(vendorId, { at: clock.now(), drives })
    drives.catch(() => remembered.delete(vendorId))
    return drives
  }

  async function readDrives(id: string): Promise<number[]> {
    const scope = { kind: 'vendor', id } as const
    const ended = await orders.list({ scope, vendorId: id, statuses: ['completed'], limit: lastOrders })
    return ended.flatMap(driveOf)
  }

  return {
    /** `track`: where the vendor was in the last minutes, oldest first. null when nothing is known. */
    async of(order: OrderRecord, track: readonly PlaceInTime[]): Promise<Arrival | null> {
      const since = setOffAt(order)
      if (since === null || !order.vendor) return null
      const goal = goalOf(order)
      // Where the vendor was before is no part of this drive, and not for the customer.
      const drive = track.filter(({ at }) => at >= since)
      const past = drive.map(({ lat, lng, at }) => ({ lat, lng, at: Date.parse(at) }))
      const found =
        (goal && arrivalByPosition(clock.now(), goal, past)) ??
        arrivalByUsualTimes(clock.now(), Date.parse(since), await drivesOf(order.vendor.id))
      return found && { from: isoTime(Math.round(found.from)), to: isoTime(Math.round(found.to)) }
    },
  }
}

function goalOf({ contact: { lat, lng } }: OrderRecord) {
  return lat === undefined || lng === undefined ? null : { lat, lng }
}

/** How long the vendor drove to the customer, in ms. */
function driveOf({ history }: OrderRecord): number[] {
  const entries = statusEntries(history)
  const arrived = entries.findLastIndex(({ status }) => status === 'in_progress')
  const [setOff, started] = [entries[arrived - 1], entries[arrived]]
  if (setOff?.status !== 'on_the_way' || !started) return []
  const drive = Date.parse(started.at) - Date.parse(setOff.at)
  // Both pressed at the door.
  return drive < 60_000 ? [] : [drive]
}
