import { ChangeStatus } from '#shared/orders.ts'
import { DomainError } from '../../lib/errors.ts'
import type { OrdersService } from '../../services/orders.service.ts'
import type { Sender } from '../sessions/connections.ts'
import { readPayload } from './payload.ts'
import type { Publisher } from '../outbound/publisher.ts'

export interface CommandsDependencies {
  orders: Pick<OrdersService, 'command'>
  publisher: Pick<Publisher, 'reply' | 'commandApplied'>
}

export type Commands = ReturnType<typeof createCommands>

/**
 * Orders worked from a device: a publication to `orders/{orderId}/status` goes the way of PATCH /orders/:id/status, and
 * is answered on the sender's replies with the same codes. Resolves when it is stored or refused, so that only then it
 * is acknowledged; rejects when it could not be stored.
 */
export function createCommands({ orders, publisher }: CommandsDependencies) {
  return async ({ identity }: Sender, topic: string, orderId: string, payload: Buffer): Promise<void> => {
    const { value: command, wrong } = readPayload(ChangeStatus, payload)
    const about = { orderId, commandId: command?.commandId, topic }
    if (!command) {
      publisher.reply(identity.id, { ok: false, code: 'invalid_request', detail: wrong, ...about })
      return
    }
    try {
      const { version, at } = await orders.command(identity, orderId, command)
      publisher.reply(identity.id, { ok: true, version, ...about })
      publisher.commandApplied({ ...command, orderId, vendorId: identity.id, version, at })
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
      const { code, message, more } = error
      const version = more.order?.version
      publisher.reply(identity.id, { ok: false, code, detail: message, ...(version && { version }), ...about })
    }
  }
}
