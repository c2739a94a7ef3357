import type { Reply } from '#shared/device-messages.ts'
import { inboundTopics, type Accepted, type InboundTopic, type TopicParameters } from '#shared/topics.ts'
import type { Identity } from '../auth/sessions.ts'

/** The client that has published, and how to reply to it. */
export interface TopicSender {
  /** The connection's id, never reused; a client id is reused when the client reconnects. */
  id: string
  identity: Identity
  reply(reply: Reply): void
}

/** What the server does with a parsed publication, by topic. Resolves when it is stored; rejects when it could not be. */
export type TopicHandlers = {
  readonly [Name in InboundTopic]: (
    sender: TopicSender,
    parameters: TopicParameters<Name>,
    payload: Accepted[Name],
  ) => Promise<void>
}

/** Joins the handlers of the core and of the features; throws unless every topic that clients publish to has exactly one. */
export function combineHandlers(parts: readonly Partial<TopicHandlers>[]): TopicHandlers {
  const names = parts.flatMap((part) => Object.keys(part))
  const twice = names.find((name, n) => names.indexOf(name) !== n)
  if (twice !== undefined) throw new Error(`the topic ${twice} has two handlers`)
  const handlers: Partial<TopicHandlers> = Object.assign({}, ...parts)
  if (!isComplete(handlers)) throw new Error(`the topic ${missingIn(handlers)} has no handler`)
  return handlers
}

const missingIn = (handlers: Partial<TopicHandlers>) => inboundTopics.find((name) => !(name in handlers))

const isComplete = (handlers: Partial<TopicHandlers>): handlers is TopicHandlers => missingIn(handlers) === undefined
