import { LocationReport } from '#shared/device-messages.ts'
import { VendorStatusReport } from '#shared/presence.ts'
import { commandedOrder, topics } from '#shared/topics.ts'
import type { PresenceService } from '../../services/presence.service.ts'
import type { Commands } from './commands.ts'
import type { Sender } from '../sessions/connections.ts'
import type { Publication } from '../hooks/publish.ts'
import type { PublishAnswer } from './publish-queue.ts'
import { readPayload } from './payload.ts'
import type { Publisher } from '../outbound/publisher.ts'

export interface RouterDependencies {
  presence: Pick<PresenceService, 'reported'>
  /** Absent in a program without the feature `locations`: positions are dropped. */
  vendorLocated?: (sender: Sender, position: LocationReport) => Promise<void>
  command: Commands
  publisher: Pick<Publisher, 'reply'>
}

export type InboundRouter = ReturnType<typeof createInboundRouter>

/** What vendors may tell the server by publishing it. Who says it comes from the connection, never from the payload. */
export function createInboundRouter({ presence, vendorLocated, command, publisher }: RouterDependencies) {
  function unreadable({ identity }: Sender, topic: string, detail: string) {
    publisher.reply(identity.id, { ok: false, code: 'invalid_request', detail, topic })
  }

  async function vendorStatus(sender: Sender, topic: string, payload: Buffer) {
    const { value, wrong } = readPayload(VendorStatusReport, payload)
    if (value) await presence.reported(sender.identity, sender.id, value.status)
    else unreadable(sender, topic, wrong)
  }

  async function vendorLocation(sender: Sender, topic: string, payload: Buffer) {
    const { value, wrong } = readPayload(LocationReport, payload)
    if (value) await vendorLocated?.(sender, value)
    else unreadable(sender, topic, wrong)
  }

  return {
    /** Takes in a publication that permissions have let through. Resolves when it is stored; rejects when it could not be. */
    async take(sender: Sender, { topic, payload }: Publication): Promise<PublishAnswer> {
      const orderId = commandedOrder(topic)
      if (orderId) await command(sender, topic, orderId, payload)
      else if (topic === topics.vendorStatus) await vendorStatus(sender, topic, payload)
      else await vendorLocation(sender, topic, payload)
      return 'acknowledge'
    },

    /** Tells whoever has sent a retained publication, or one at QoS 2, why it was refused. */
    complain(sender: Sender, { topic, retain }: Publication) {
      const detail = retain ? 'Publish this without the retain flag.' : 'Publish this at QoS 0 or 1.'
      unreadable(sender, topic, detail)
    },
  }
}
