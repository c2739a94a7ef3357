import type { Alert } from '#shared/deadlines.ts'
import type { Core } from '../feature.ts'
import type { DeadlineRecord, DeadlineStore } from './deadline-records.ts'

export interface AlertsDependencies {
  deadlines: Pick<DeadlineStore, 'late'>
  replaceRetained: Core['replaceRetained']
}

export const alertOf = ({ kind, orderId, number, dueAt }: DeadlineRecord): Alert => ({
  kind,
  orderId,
  number,
  since: dueAt,
})

/** Keeps the retained alerts of this node equal to the stored ones. */
export function createAlerts({ deadlines, replaceRetained }: AlertsDependencies) {
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  let count = 0

  async function read() {
    const late = await deadlines.late()
    count = late.length
    replaceRetained(
      'alerts',
      late.map(alertOf).map((event) => ({ parameters: { kind: event.kind, orderId: event.orderId }, event })),
    )
  }

  return {
    /** How many there were when they were read last. */
    count: () => count,

    /** One read at a time, so that an older one is not published last. A call during a read waits for one more. */
    refresh(): Promise<void> {
      next ??= running
        .catch(() => {})
        .then(() => {
          next = null
          running = read()
          return running
        })
      return next
    },
  }
}
