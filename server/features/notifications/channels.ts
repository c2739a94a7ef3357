import type { OrderRecord } from '../../storage/store.ts'
import type { NewNotification } from './notification-records.ts'

/** A way to reach people who do not have the page open. */
export interface NotificationChannel {
  /**
   * Is called with the notifications of each change, and with the order as that change left it. It is called again when a
   * crash may have interrupted it, so the ids of its deliveries follow from those of the notifications.
   */
  tell(told: readonly NewNotification[], order: OrderRecord): Promise<void>
}
