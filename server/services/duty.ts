import type { VendorStatus } from '#shared/presence.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { DutyRecord, Store } from '../storage/store.ts'

/** Whether a vendor is on duty without a connection. `push`: whether push reaches the vendor. */
export interface Duty extends Pick<DutyRecord, 'until' | 'off'> {
  push: boolean
}

export const dutyOfConnections: Duty = { push: false, until: null, off: false }

/** What a vendor's page or browser does. */
export type DutyEvent = 'page opened' | 'page closed' | 'push on' | 'push off' | VendorStatus

/** A vendor whom push reaches stays on duty for `seconds` after the page was last open. */
export function dutyAfter(duty: Duty, event: DutyEvent, now: number, seconds: number): Duty {
  const until = isoTime(now + seconds * 1000)
  switch (event) {
    case 'push on':
      return { ...duty, push: true }
    case 'push off':
      return dutyOfConnections
    case 'page opened':
    case 'page closed':
      return duty.push && !duty.off ? { ...duty, until } : duty
    case 'online':
      return duty.push ? { push: true, until, off: false } : duty
    case 'break':
      return { ...duty, until: null, off: false }
    case 'offline':
      return duty.push ? { push: true, until: null, off: true } : duty
  }
}

/** Stores what vendors have said about their duty, one write after the other. */
export function createDutyStore({ duties }: Pick<Store, 'duties'>, clock: Pick<Clock, 'now'>) {
  let writing = Promise.resolve()

  return {
    /** By vendor, as far as it has not ended. */
    async all(): Promise<Map<string, Duty>> {
      const now = isoTime(clock.now())
      const all = (await duties.all()).filter(({ until, off }) => off || (until !== null && until > now))
      return new Map(all.map(({ vendorId, until, off }) => [vendorId, { push: true, until, off }]))
    },

    put(vendorId: string, { until, off }: Duty): Promise<void> {
      writing = writing
        .catch(() => {})
        .then(async () => {
          if (until === null && !off) await duties.remove(vendorId)
          else await duties.put({ vendorId, until, off })
        })
      return writing
    },

    drain: () => writing.catch(() => {}),
  }
}
