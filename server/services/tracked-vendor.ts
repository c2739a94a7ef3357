import type { Actor } from '#shared/actors.ts'
import type { Reachable, VendorStatus } from '#shared/presence.ts'
import type { PresenceRecord } from '../storage/store.ts'
import type { DutyReport, VendorDuty } from './vendor-duty.ts'

/** `sessionId`: of a page; null or undefined for a device. */
export type PresentVendor = Pick<Actor, 'id' | 'name'> & { sessionId?: string | null }

/** One vendor's presence on one node. Nodes of earlier versions send no duty. */
export interface PresenceReport extends Partial<DutyReport> {
  vendorId: string
  name: string
  active: boolean
  /** Whether the vendor has an open connection there that counts. */
  present: boolean
  onBreak: boolean
  /** When the vendor last set or ended a break (ISO 8601; '' if not since the node started). The latest one counts. */
  breakSetAt: string
}

/** What a node knows of one vendor. */
export interface TrackedVendor {
  name: string
  /** A deactivated vendor is removed from the retained topics. */
  active: boolean
  record: PresenceRecord
  breakSetAt: string
  duty: VendorDuty
  /** As it was last published; undefined while offline. */
  reachable: Reachable
  /** Open connections, and whether each counts: a device that reported "offline" is connected but does not work. */
  connections: Map<string, { present: boolean; isPage: boolean }>
  /** The other nodes on which the vendor has a connection that counts. */
  elsewhere: Set<string>
}

export const isPageOf = ({ sessionId }: PresentVendor): boolean => typeof sessionId === 'string'

const isPresentHere = ({ connections }: TrackedVendor) => [...connections.values()].some(({ present }) => present)

/** The status that follows from it. */
export function stateOf(tracked: TrackedVendor): { status: VendorStatus; reachable: Reachable } {
  const { elsewhere, duty, record } = tracked
  if (isPresentHere(tracked) || elsewhere.size > 0) {
    return { status: record.onBreak ? 'break' : 'online', reachable: 'live' }
  }
  const byPush = !record.onBreak && duty.isOnDuty()
  return byPush ? { status: 'online', reachable: 'push' } : { status: 'offline', reachable: undefined }
}

/** What this node tells the others. */
export const reportOf = (tracked: TrackedVendor): PresenceReport => ({
  vendorId: tracked.record.vendorId,
  name: tracked.name,
  active: tracked.active,
  present: isPresentHere(tracked),
  onBreak: tracked.record.onBreak,
  breakSetAt: tracked.breakSetAt,
  ...tracked.duty.report(),
})

/** Whether the connections of the vendor's pages to this node count. */
export function setPages({ connections }: TrackedVendor, present: boolean): void {
  for (const connection of connections.values()) if (connection.isPage) connection.present = present
}
