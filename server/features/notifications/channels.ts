import type { OrderRecord } from '../../storage/store.ts'
import type { NewNotification } from './notification-records.ts'

/** A way in which kept notifications reach people who are not looking. */
export interface NotificationChannel {
  /**
   * Puts what concerns this channel into the outbox. It may be called again with the same notifications, so the ids of its
   * deliveries follow from theirs.
   */
  tell(told: readonly NewNotification[], order: OrderRecord): Promise<void>
}
