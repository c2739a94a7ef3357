import { topics } from '#shared/topics.ts'
import { DomainError } from '../../lib/errors.ts'
import type { OrdersService } from '../../services/orders.service.ts'
import type { Publisher } from '../outbound/publisher.ts'
import type { TopicHandlers } from '../../services/topic-handlers.ts'

export interface OrderCommandsDependencies {
  orders: Pick<OrdersService, 'command'>
  publisher: Pick<Publisher, 'commandApplied'>
}

/**
 * Handles `orders/{orderId}/status`: the same rules and error codes as PATCH /orders/:id/status, with the outcome sent as
 * a reply. Resolves when the command is stored or refused, so that the PUBACK comes after that; rejects when it could not
 * be stored.
 */
export function createOrderCommands({
  orders,
  publisher,
}: OrderCommandsDependencies): Pick<TopicHandlers, 'orderStatus'> {
  return {
    async orderStatus({ identity, reply }, { orderId }, command) {
      const about = { orderId, commandId: command.commandId, topic: topics.orderStatus(orderId) }
      try {
        const { version, at } = await orders.command(identity, orderId, command)
        reply({ ok: true, version, ...about })
        // The PIN is the customer's, and dashboards read this topic.
        const { pin: _pin, ...told } = command
        publisher.commandApplied({ ...told, orderId, vendorId: identity.id, version, at })
      } catch (error) {
        if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
        const { code, message, more } = error
        const version = more.order?.version
        reply({ ok: false, code, detail: message, ...(version && { version }), ...about })
      }
    },
  }
}
