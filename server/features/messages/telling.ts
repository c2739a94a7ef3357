import type { Message } from '#shared/messages.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { logLevelOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { EventBus, ToldMessage } from '../../services/domain-events.ts'
import { createRegularSweep } from '../../services/regular-sweep.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import type { MessageRecord, MessageStore } from './message-records.ts'
import { recipientsOfMessage } from './recipients.ts'
import type { Unread } from './unread.ts'

export interface TellingDependencies {
  messages: Pick<MessageStore, 'untold' | 'told'>
  store: { orders: Pick<Store['orders'], 'byId'>; users: Pick<Store['users'], 'list'> }
  unread: Pick<Unread, 'of'>
  publishMessage: Core['publishMessage']
  events: Pick<EventBus, 'tellMessage'>
  present(record: MessageRecord): Message
  nodes: { isLeader(): boolean }
  clock: Clock
  log: Log
}

export type Telling = ReturnType<typeof createTelling>

/** A message younger than this is being told by the node that stored it. */
const settledAfter = 10_000
const sweepSize = 100

/**
 * Tells the parties of an order of a message that was stored: live, by notifications and webhooks. The message is marked
 * until that is done, and a sweep tells what a crash or an outage has interrupted.
 */
export function createTelling(dependencies: TellingDependencies) {
  const { messages, store, unread, publishMessage, events, present, nodes, clock, log } = dependencies
  const inFlight = new Map<string, Promise<void>>()
  // The first sweep finds what an earlier process has left, however young it is.
  let started = false

  const admins = async () => (await store.users.list({ role: 'admin', active: true })).map(({ id }) => id)

  async function recipients(record: MessageRecord, order: OrderRecord): Promise<ToldMessage['to']> {
    const to = await recipientsOfMessage(record, order, admins)
    return Promise.all(to.map(async (who) => ({ ...who, isFirst: (await unread.of(who, order)) <= 1 })))
  }

  async function tellAll(record: MessageRecord, order: OrderRecord): Promise<void> {
    const message = present(record)
    const told = recipients(record, order).then((to) => events.tellMessage({ message, order, to }))
    await Promise.all([publishMessage(message, order), told])
    await messages.told(record.key)
  }

  function tell(record: MessageRecord, order: OrderRecord): Promise<void> {
    const done = tellAll(record, order)
      .catch((error: unknown) =>
        log[logLevelOf(error)]({ error, order: record.orderId, message: record.id }, 'a message was not told'),
      )
      .finally(() => inFlight.delete(record.key))
    inFlight.set(record.key, done)
    return done
  }

  const sweep = createRegularSweep({
    async sweep() {
      const before = isoTime(clock.now() - settledAfter)
      for (const record of await messages.untold(sweepSize)) {
        if (inFlight.has(record.key) || (started && record.at > before)) continue
        const order = await store.orders.byId(record.orderId)
        if (order) await tell(record, order)
        else await messages.told(record.key)
      }
      started = true
    },
    failure: 'the sweep for messages that were not told failed',
    nodes,
    clock,
    log,
  })
  return {
    /** Returns at once. */
    tell: (record: MessageRecord, order: OrderRecord): void => void tell(record, order),
    start: sweep.start,
    async stop(): Promise<void> {
      await sweep.stop()
      await Promise.all(inFlight.values())
    },
  }
}
