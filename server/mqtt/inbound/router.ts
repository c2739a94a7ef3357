import { acceptedSchemas, hasParameters, isInbound, matchTopic, type InboundTopic } from '#shared/topics.ts'
import type { Publication } from '../hooks/publish.ts'
import type { Publisher } from '../outbound/publisher.ts'
import type { Sender } from '../sessions/connections.ts'
import type { TopicHandlers } from '../../services/topic-handlers.ts'
import { readPayload } from './payload.ts'
import type { PublishAnswer } from './publish-queue.ts'

export interface RouterDependencies {
  handlers: TopicHandlers
  publisher: Pick<Publisher, 'reply'>
}

export type InboundRouter = ReturnType<typeof createInboundRouter>

/** Parses what clients publish by the topic table and calls the topic's handler. The sender is taken from the connection. */
export function createInboundRouter({ handlers, publisher }: RouterDependencies) {
  function refuse({ identity }: Sender, topic: string, detail: string, parameters?: Record<string, string>) {
    publisher.reply(identity.id, { ok: false, code: 'invalid_request', detail, ...parameters, topic })
  }

  async function handle<Name extends InboundTopic>(
    name: Name,
    sender: Sender,
    parameters: Record<string, string>,
    { topic, payload }: Publication,
  ) {
    if (!hasParameters(name, parameters)) throw new Error(`the topic ${topic} lacks a parameter`)
    const { value, wrong } = readPayload(acceptedSchemas[name], payload)
    if (wrong !== null) return refuse(sender, topic, wrong, parameters)
    const { id, identity } = sender
    await handlers[name]({ id, identity, reply: (reply) => publisher.reply(identity.id, reply) }, parameters, value)
  }

  return {
    /** Calls the handler for a publication that `mayPublish` permits. Resolves when it is stored; rejects if it could not be. */
    async route(sender: Sender, publication: Publication): Promise<PublishAnswer> {
      const found = matchTopic(publication.topic)
      if (!found || !isInbound(found.name)) throw new Error(`no client may publish to ${publication.topic}`)
      await handle(found.name, sender, found.parameters, publication)
      return 'acknowledge'
    },

    /** Replies to the sender of a retained or QoS 2 publication with the reason why the server refuses it. */
    replyRefused(sender: Sender, { topic, retain }: Publication) {
      refuse(sender, topic, retain ? 'Publish this without the retain flag.' : 'Publish this at QoS 0 or 1.')
    },
  }
}
