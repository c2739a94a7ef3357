import type { Reply } from '#shared/device-messages.ts'
import { acceptedSchemas, hasParameters, isInbound, matchTopic, type InboundTopic } from '#shared/topics.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { createThrottledLog } from '../../lib/throttled-log.ts'
import type { Publication } from '../hooks/publish.ts'
import { limits } from '../limits.ts'
import type { Publisher } from '../outbound/publisher.ts'
import type { Sender } from '../sessions/connections.ts'
import type { TopicHandlers } from '../../services/topic-handlers.ts'
import { readPayload } from './payload.ts'
import type { PublishAnswer } from './publish-queue.ts'

export interface RouterDependencies {
  handlers: TopicHandlers
  publisher: Pick<Publisher, 'reply'>
  clock: Pick<Clock, 'monotonic'>
  log: Log
}

/** Why a publication is refused before it is parsed. */
export interface Refusal {
  code: 'forbidden' | 'invalid_request'
  detail: string
}

export type InboundRouter = ReturnType<typeof createInboundRouter>

/**
 * Parses what clients publish by the topic table and calls the topic's handler. The sender is taken from the connection.
 * Each refusal is sent to the sender's replies and logged.
 */
export function createInboundRouter({ handlers, publisher, clock, log }: RouterDependencies) {
  const logRefusal = createThrottledLog({ log, clock, perMinute: limits.loggedRefusals })

  function reply({ identity }: Sender, answer: Reply) {
    publisher.reply(identity.id, answer)
    if (answer.ok) return
    const { topic, code, detail } = answer
    const { id: user, role, deviceId: device } = identity
    const fields = { topic, code, detail, user, role, ...(device !== null && { device }) }
    const level = code === 'forbidden' ? 'warn' : 'info'
    logRefusal(level, `${user} ${device} ${code}`, fields, 'publication refused')
  }

  async function handle<Name extends InboundTopic>(
    name: Name,
    sender: Sender,
    parameters: Record<string, string>,
    { topic, payload }: Publication,
  ) {
    if (!hasParameters(name, parameters)) throw new Error(`the topic ${topic} lacks a parameter`)
    const { value, wrong } = readPayload(acceptedSchemas[name], payload)
    if (wrong !== null)
      return reply(sender, { ok: false, code: 'invalid_request', detail: wrong, ...parameters, topic })
    const { id, identity } = sender
    await handlers[name]({ id, identity, reply: (answer) => reply(sender, answer) }, parameters, value)
  }

  return {
    /** Calls the handler for a publication that `mayPublish` permits. Resolves when it is stored; rejects if it could not be. */
    async route(sender: Sender, publication: Publication): Promise<PublishAnswer> {
      const found = matchTopic(publication.topic)
      if (!found || !isInbound(found.name)) throw new Error(`no client may publish to ${publication.topic}`)
      await handle(found.name, sender, found.parameters, publication)
      return 'acknowledge'
    },

    /** Refuses a publication whatever its payload is. */
    refuse(sender: Sender, { topic }: Pick<Publication, 'topic'>, { code, detail }: Refusal) {
      reply(sender, { ok: false, code, detail, topic: topic.slice(0, limits.topicLength) })
    },
  }
}
