import type { FeatureModule } from '../feature.ts'
import { createDeviceMessages } from './device-messages.ts'
import { createMessageStore, messageRecords, readMarkRecords } from './message-records.ts'
import { createMessagesService, present } from './messages.service.ts'
import { createPersonalData } from './personal-data.ts'
import { messageRoutes } from './routes.ts'
import { createTelling } from './telling.ts'
import { createUnread } from './unread.ts'

const [perMinute, minute] = [60, 60]

/** Messages on an order between its customer, its vendor and the admins, and notes that its customer never receives. */
export const messages: FeatureModule = {
  name: 'messages',
  records: [messageRecords, readMarkRecords],
  create({ store, events, attachFiles, publishMessage, limit, nodes, clock, log }) {
    const stored = createMessageStore(store)
    const unread = createUnread({ messages: stored, orders: store.orders, clock })
    const telling = createTelling({
      messages: stored,
      store,
      unread,
      publishMessage,
      events,
      present,
      nodes,
      clock,
      log,
    })
    const service = createMessagesService({
      messages: stored,
      orders: store.orders,
      unread,
      telling,
      attachFiles,
      events,
      secondsToWait: limit('messages', perMinute, minute),
      clock,
    })
    return {
      routes: messageRoutes(service),
      topics: createDeviceMessages({ users: store.users, post: service.post }),
      personalData: createPersonalData({ messages: stored, orders: store.orders, present }),
      async ordersRemoved(orders) {
        for (const { id } of orders) await stored.removeOf(id)
      },
      start: telling.start,
      stop: telling.stop,
    }
  },
}
