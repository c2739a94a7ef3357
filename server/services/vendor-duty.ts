import { isoTime, type Clock } from '../lib/clock.ts'
import { dutyAfter, dutyOfConnections, type createDutyStore, type Duty, type DutyEvent } from './duty.ts'

export interface VendorDutyDependencies {
  vendorId: string
  duties: Pick<ReturnType<typeof createDutyStore>, 'put'>
  clock: Clock
  /** For how long a vendor whom push reaches is on duty without a connection. */
  seconds: number
  /** Is called when that time is over. */
  ended(): void
}

/** What nodes tell each other of a vendor's duty; the latest change counts. */
export interface DutyReport {
  duty: Duty
  /** '' if it has not changed since the node started. */
  dutySetAt: string
}

export type VendorDuty = ReturnType<typeof createVendorDuty>

/** One vendor's duty, as this node knows it. */
export function createVendorDuty({ vendorId, duties, clock, seconds, ended }: VendorDutyDependencies) {
  let duty = dutyOfConnections
  let setAt = ''
  let cancelEnd = () => {}

  /** Whether it changed. */
  function set(next: Duty): boolean {
    const { push, until, off } = duty
    if (next.push === push && next.until === until && next.off === off) return false
    duty = next
    cancelEnd()
    const left = duty.until === null ? 0 : Date.parse(duty.until) - clock.now()
    cancelEnd = left > 0 ? clock.after(left, ended) : () => {}
    return true
  }

  return {
    current: () => duty,
    isOnDuty: () => duty.until !== null && duty.until > isoTime(clock.now()),
    report: (): DutyReport => ({ duty, dutySetAt: setAt }),

    /** Takes what was stored, if no other node has reported a newer duty. */
    restore(stored: Duty | undefined): void {
      if (setAt === '') set(stored ?? dutyOfConnections)
    },

    pushReaches: () => set({ ...duty, push: true }),

    /** After an event on this node, which stores the duty that follows from it. */
    async happened(event: DutyEvent): Promise<void> {
      if (!set(dutyAfter(duty, event, clock.now(), seconds))) return
      setAt = isoTime(Math.max(clock.now(), (Date.parse(setAt) || 0) + 1))
      await duties.put(vendorId, duty)
    },

    /** Whether another node's report changed it. */
    applies(report: Partial<DutyReport>): boolean {
      const { duty: reported, dutySetAt = '' } = report
      if (!reported || dutySetAt <= setAt) return false
      setAt = dutySetAt
      return set(reported)
    },

    stop: () => cancelEnd(),
  }
}
