import { topicNameOf, topicOf, type Published, type TopicParameters } from '#shared/topics.ts'
import type { TopicName } from '#shared/topic-table.ts'
import type { BrokerPersistence } from '../sessions/persistence.ts'
import type { Publisher } from './publisher.ts'

export interface RetainedMessagesDependencies {
  publisher: Pick<Publisher, 'publish' | 'removeRetained'>
  persistence: Pick<BrokerPersistence, 'retainedPayload' | 'retainedTopics'>
}

/** A message of a row of the topic table. */
export interface RetainedMessage<Name extends TopicName> {
  parameters: TopicParameters<Name>
  event: Published[Name]
}

/**
 * Returns a function after which this node retains these messages of a row, and no others: it publishes what is new and
 * removes the rest. It returns at once.
 */
export const createReplaceRetained =
  ({ publisher, persistence }: RetainedMessagesDependencies) =>
  <Name extends TopicName>(name: Name, messages: readonly RetainedMessage<Name>[]): void => {
    const surplus = new Set(persistence.retainedTopics().filter((topic) => topicNameOf(topic) === name))
    for (const { parameters, event } of messages) {
      const topic = topicOf(name, parameters)
      surplus.delete(topic)
      if (persistence.retainedPayload(topic)?.toString() !== JSON.stringify(event))
        publisher.publish(name, parameters, event)
    }
    for (const topic of surplus) publisher.removeRetained(name, topic)
  }
