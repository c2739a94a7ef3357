import type { Vendor, VendorStatus, VendorStatusEvent } from '#shared/presence.ts'
import { difference, type Difference } from './difference.ts'

/** What an admin's page shows, and what REST lists, is whether each active vendor is connected. */
export function checkPresence(
  name: string,
  shown: ReadonlyMap<string, Pick<VendorStatusEvent, 'status'>>,
  connected: ReadonlyMap<string, boolean>,
): Difference[] {
  const wrong: string[] = []
  for (const [vendorId, isConnected] of connected) {
    const expected: VendorStatus = isConnected ? 'online' : 'offline'
    const status = shown.get(vendorId)?.status
    if (status !== expected) wrong.push(`${name} shows ${vendorId} as ${status}, not ${expected}`)
  }
  return wrong.map(difference('presence'))
}

export const statusesOf = (vendors: readonly Vendor[]) => new Map(vendors.map((vendor) => [vendor.id, vendor]))
