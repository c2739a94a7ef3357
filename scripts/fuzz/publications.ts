import { Ajv } from 'ajv'
import fc from 'fast-check'
import type { Message, Probe, Unchecked } from '../../server/testing/probe.ts'
import { callerKinds, callerNames, type CallerName, type Callers } from './callers.ts'
import { createInputs, type Pools } from './inputs.ts'

export interface GeneratedPublication {
  channel: string
  caller: CallerName
  topic: string
  payload: string
}

/** The topics of the AsyncAPI document: what to publish, and whether a message is as the document says. */
export function createPublications(document: Unchecked, pools: Pools) {
  const inputs = createInputs(document.components.schemas, pools)
  const ajv = new Ajv({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'asyncapi', components: document.components, channels: document.channels })
  const channels = Object.entries<Unchecked>(document.channels).map(([name, channel]) => ({
    name,
    channel,
    expression: new RegExp(`^${channel.address.replace(/\{\w+\}/g, '[A-Za-z0-9_-]+')}$`),
  }))

  /** What is wrong with a message that the server has sent; null if it is as the document says. */
  function problemOfMessage({ topic, payload }: Message): string | null {
    const found = channels.find(({ expression }) => expression.test(topic))
    if (!found) return `a message on ${topic}, which is not documented`
    const { removed } = found.channel.messages
    if (removed && payload === removed.payload.const) return null
    const $ref = `asyncapi#/channels/${found.name}/messages/published/payload`
    const validate = ajv.getSchema($ref) ?? ajv.compile({ $ref })
    return validate(payload) ? null : `a message on ${topic}: ${ajv.errorsText(validate.errors)}`
  }

  const generated = fc.oneof(
    ...channels.map(({ name: channelName, channel }) => {
      const parameters = Object.keys(channel.parameters ?? {})
      const ids = fc.record(
        Object.fromEntries(
          parameters.map((one) => [one, inputs.valueOf({ type: 'string', pattern: '^[\\w-]{1,9}$' }, one)]),
        ),
      )
      const schema = (channel.messages.accepted ?? channel.messages.published).payload
      const payload = fc.oneof(
        { weight: 5, arbitrary: inputs.valueOf(schema, '').map((value) => JSON.stringify(value)) },
        { weight: 3, arbitrary: inputs.wrong(schema).map((value) => JSON.stringify(value)) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
      )
      return fc.record({
        channel: fc.constant(channelName),
        // More often those who may publish.
        caller: fc.oneof(
          fc.constantFrom<CallerName>('vendor', 'device'),
          fc.constantFrom(...callerNames.filter((name) => callerKinds[name].scheme !== null)),
        ),
        topic: ids.map((values) => channel.address.replace(/\{(\w+)\}/g, (_all: string, one: string) => values[one])),
        payload,
      })
    }),
  )

  return {
    generated,
    problemOfMessage,

    /** Publishes at QoS 1. Resolves, once it is acknowledged and answered, to what is wrong; null for nothing. */
    async make(callers: Callers, { channel, caller, topic, payload }: GeneratedPublication): Promise<string | null> {
      const probe = await callers.connection(caller)
      const before = probe.messages.length
      // The server closes the connection after ten publications that are not permitted.
      const closed = probe.closed.then(() => 'closed' as const)
      const published = probe.publish(topic, payload).then(() => 'acknowledged' as const)
      const outcome = await Promise.race([published, closed]).catch(() => 'closed' as const)
      const mayPublish = document.channels[channel]['x-publishers'].includes(roleOf(caller))
      if (outcome === 'closed') {
        // By the publication before, if that was the tenth that is not permitted.
        return mayPublish && before === 0 ? 'the connection is closed' : null
      }
      // Replies are closed to a token without contact details.
      const isAnswered = caller !== 'display' && (!mayPublish || channel === 'orderStatus')
      const reply = isAnswered ? await Promise.race([replyTo(probe, topic, before), closed.then(() => null)]) : null
      if (isAnswered && !reply) return probe.client.connected ? 'no reply' : null
      if (reply && !mayPublish && reply.payload.code !== 'forbidden') return `answers ${JSON.stringify(reply.payload)}`
      const wrong = probe.messages.slice(before).flatMap((message) => problemOfMessage(message) ?? [])
      if (probe.messages.some(({ payload: { code } }) => code === 'internal')) return 'answers internal'
      return wrong[0] ?? null
    },
  }
}

/** API tokens act as an admin. */
const roleOf = (caller: CallerName): string => {
  const { scheme, has } = callerKinds[caller]
  return scheme === 'apiToken' ? 'admin' : has
}

const replyTo = (probe: Probe, topic: string, before: number): Promise<Message | null> =>
  probe
    .until((message) => probe.messages.indexOf(message) >= before && message.payload?.topic === topic)
    .catch(() => null)
