import { topics } from '#shared/topics.ts'
import { DomainError } from '../../lib/errors.ts'
import type { TopicHandlers } from '../../services/topic-handlers.ts'
import type { Store } from '../../storage/store.ts'
import type { MessagesService } from './messages.service.ts'

export interface DeviceMessagesDependencies {
  users: Pick<Store['users'], 'byId'>
  post: MessagesService['post']
}

/** Handles `orders/{orderId}/messages`: the same rules as POST /orders/:id/messages, with the outcome sent as a reply. */
export function createDeviceMessages({
  users,
  post,
}: DeviceMessagesDependencies): Pick<TopicHandlers, 'orderMessages'> {
  return {
    async orderMessages({ identity, reply }, { orderId }, message) {
      const about = { orderId, ...(message.id && { commandId: message.id }), topic: topics.orderMessages(orderId) }
      try {
        // A device stays connected for weeks, so its identity may hold an old name of its vendor.
        const vendor = await users.byId(identity.id)
        if (!vendor?.active) throw new DomainError('unauthenticated')
        await post(vendor, orderId, message)
        reply({ ok: true, ...about })
      } catch (error) {
        if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
        reply({ ok: false, code: error.code, detail: error.message, ...about })
      }
    },
  }
}
