import { isoTime, type Clock } from '../../lib/clock.ts'
import { giveUpAfter } from '../../services/outbox.ts'
import type { OrderRecord } from '../../storage/store.ts'
import type { NewNotification } from './notification-records.ts'

/** A way to reach people who do not look at the page. */
export interface NotificationChannel {
  /**
   * Is called with the notifications of each recent change, and with the order as that change left it. It is called again
   * when a crash may have interrupted it, so the ids of its deliveries follow from those of the notifications.
   */
  tell(told: readonly NewNotification[], order: OrderRecord): Promise<void>
  /** Whether it tells of each message of an order. Others tell of the first that the person has not read. */
  everyMessage?: true
}

/**
 * Whether the channels are still told of what happened at this time. An older change was told long ago: the outbox forgets
 * after days which messages it had.
 */
export const isRecent = (at: string, clock: Pick<Clock, 'now'>): boolean => at > isoTime(clock.now() - giveUpAfter)
