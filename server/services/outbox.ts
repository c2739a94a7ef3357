import { isoTime, type Clock } from '../lib/clock.ts'
import { logLevelOf, UndeliverableError } from '../lib/errors.ts'
import { createHourlySweep } from '../lib/hourly-sweep.ts'
import type { Log } from '../lib/log.ts'
import { createCounter } from '../lib/metrics.ts'
import { DuplicateError, type DeliveryRecord, type Store } from '../storage/store.ts'

/** What a channel sends: an e-mail, a push message, a request to a webhook. */
export interface DeliveryChannel {
  /**
   * Resolves once the receiver has the message, to what it answered. Throws UndeliverableError when another attempt makes
   * no sense, and any other error when it does. `signal` aborts after `sendWithin`, and when the server stops.
   */
  send(delivery: DeliveryRecord, signal: AbortSignal): Promise<string | null>
  /** Is called after every attempt, with the delivery as it was stored. */
  attempted?(delivery: DeliveryRecord): Promise<void>
}

export type NewDelivery = Pick<DeliveryRecord, 'id' | 'channel' | 'queue' | 'payload'> & { requestId?: string | null }

export interface OutboxDependencies {
  store: Pick<Store, 'deliveries'>
  /** Whether other processes may use the same database. */
  sharesStore: boolean
  clock: Clock
  log: Log
}

export type Outbox = ReturnType<typeof createOutbox>

const seconds = (count: number) => count * 1000
const hours = (count: number) => count * 3_600_000

/** The pauses after failed attempts; the last one repeats. */
const pauses = [seconds(5), seconds(30), seconds(120), seconds(600), seconds(1800), hours(1), hours(3)]
/** A message that has not arrived this long after it was added has failed. */
export const giveUpAfter = hours(24)
export const sendWithin = seconds(15)
/** An attempt that has not ended after this time belonged to a process that was killed. */
const attemptLostAfter = seconds(30)
/** A message added twice within this time is sent once. */
const keptFor = hours(24 * 7)
const sweepEvery = seconds(5)
/** What an attempt has come to, by the state of its delivery after it. */
const outcomes = { sent: 'sent', waiting: 'retried', failed: 'failed' } as const
/** Queues that this node works on at once. */
const mostActive = 50

/**
 * Messages that the server owes to receivers outside. A message is stored before `add` resolves, and sent until its
 * receiver has it or 24 hours have passed. It is sent again when the process is killed during an attempt: a receiver
 * recognises a repetition by its id. In each queue the oldest message is sent first and the others wait for it, so that
 * the order is kept and a receiver that does not answer delays no other queue. Of several nodes one claims each attempt.
 */
export function createOutbox({ store: { deliveries }, sharesStore, clock, log }: OutboxDependencies) {
  const channels = new Map<string, DeliveryChannel>()
  const wanted = new Set<string>()
  const active = new Map<string, Promise<void>>()
  const attemptsMade = createCounter({
    name: 'callout_deliveries_total',
    help: 'Attempts to deliver e-mails, text messages, push messages and webhooks: sent, to be repeated, or failed.',
    labels: ['channel', 'outcome'],
  })
  const expiry = createHourlySweep({ what: 'old deliveries', sweep: deliveries.sweep, clock, log })
  let stopping: AbortController | null = null
  let lastCreated = 0
  let cancelSweep = () => {}

  const logFailure = (error: unknown) =>
    log[logLevelOf(error)]({ error }, 'messages in the outbox could not be sent; they will be')

  /** The oldest waiting message of each queue. */
  async function* heads() {
    for (let head = await deliveries.nextWaiting(''); head; head = await deliveries.nextWaiting(head.queue)) yield head
  }

  async function sweep() {
    for await (const { queue, dueAt } of heads()) if (dueAt <= isoTime(clock.now())) work(queue)
  }

  /** Makes due what a killed process was sending: its attempt does not count, as at the end of a process. */
  async function resumeInterrupted() {
    for await (const { id, sending, attempts } of heads())
      if (sending) await deliveries.change(id, { sending: false, attempts: attempts - 1, dueAt: isoTime(clock.now()) })
  }

  function sweepLater() {
    if (stopping) cancelSweep = clock.after(sweepEvery, () => void sweep().catch(logFailure).finally(sweepLater))
  }

  /** Sends what is due of this queue, now or when another queue is done. */
  function work(queue: string) {
    wanted.add(queue)
    for (const next of wanted) {
      if (!stopping || active.size >= mostActive) return
      if (active.has(next)) continue
      wanted.delete(next)
      active.set(
        next,
        sendDue(next, stopping.signal)
          .catch(logFailure)
          .finally(() => ended(next)),
      )
    }
  }

  function ended(queue: string) {
    active.delete(queue)
    const [next] = wanted
    if (next !== undefined) work(next)
  }

  async function sendDue(queue: string, stopped: AbortSignal) {
    while (!stopped.aborted) {
      const head = await deliveries.oldestWaiting(queue)
      if (!head || head.dueAt > isoTime(clock.now())) return
      const { attempts } = head
      const dueAt = isoTime(clock.now() + attemptLostAfter)
      const claim = { attempts: attempts + 1, sending: true, dueAt }
      const claimed = await deliveries.change(head.id, claim, { state: 'waiting', attempts })
      if (!claimed) return
      const outcome = await attempt(claimed, stopped)
      // At the end of the process the message waits as if this attempt had not been made.
      const change = stopped.aborted && outcome.state === 'waiting' ? { attempts, dueAt: head.dueAt } : outcome
      const made = { ...change, sending: false }
      const stored = await deliveries.change(head.id, made, { state: 'waiting', attempts: attempts + 1 })
      if (stored) attemptsMade.inc({ channel: stored.channel, outcome: outcomes[outcome.state] })
      if (stored && !stopped.aborted) await channels.get(stored.channel)?.attempted?.(stored)
      // A queue with many messages does not keep a place from those that have none.
      if (active.size >= mostActive && wanted.size > 0) {
        wanted.delete(queue)
        wanted.add(queue)
        return
      }
    }
  }

  async function attempt(
    delivery: DeliveryRecord,
    stopped: AbortSignal,
  ): Promise<Pick<DeliveryRecord, 'state' | 'dueAt' | 'result'>> {
    const { id, channel, queue, attempts, createdAt, dueAt } = delivery
    const requestId = delivery.requestId ?? undefined
    try {
      const sender = channels.get(channel)
      if (!sender) throw new UndeliverableError(`the channel "${channel}" is not configured`)
      const timeout = AbortSignal.timeout(sendWithin)
      const result = await sender.send(delivery, AbortSignal.any([stopped, timeout]))
      log.debug({ requestId, delivery: id, channel, queue, attempts }, 'delivered')
      return { state: 'sent', dueAt, result }
    } catch (error) {
      const result = error instanceof Error ? error.message : String(error)
      const pause = pauses[Math.min(attempts, pauses.length) - 1] ?? 0
      const isOver = clock.now() + pause - Date.parse(createdAt) > giveUpAfter
      const state = error instanceof UndeliverableError || isOver ? 'failed' : 'waiting'
      if (!stopped.aborted)
        log.warn({ requestId, error, delivery: id, channel, queue, attempts, state }, 'not delivered')
      return { state, dueAt: isoTime(clock.now() + pause), result }
    }
  }

  return {
    metrics: [attemptsMade],

    /** Adds a channel, before `start`. */
    channel: (name: string, channel: DeliveryChannel) => void channels.set(name, channel),

    /** Resolves once the message is stored, or was before. */
    async add({ id, channel, queue, payload, requestId = null }: NewDelivery): Promise<void> {
      const now = clock.now()
      // The order of two messages of one millisecond, or after the clock was set back, is the order of their calls.
      lastCreated = Math.max(now, lastCreated + 1)
      const times = { createdAt: isoTime(lastCreated), dueAt: isoTime(now), expiresAt: isoTime(now + keptFor) }
      const record = { id, channel, queue, payload, requestId, attempts: 0, sending: false, result: null, ...times }
      try {
        await deliveries.create({ ...record, state: 'waiting' })
      } catch (error) {
        if (error instanceof DuplicateError) return
        throw error
      }
      work(queue)
    },

    /** Sends it again, however its last attempt ended, or at once if it waits; null when it is not there. */
    async repeat(id: string): Promise<DeliveryRecord | null> {
      const found = await deliveries.get(id)
      if (!found) return null
      const now = clock.now()
      // One that waits keeps its place in the queue.
      const createdAt = found.state === 'waiting' ? found.createdAt : isoTime(now)
      const times = { createdAt, dueAt: isoTime(now), expiresAt: isoTime(now + keptFor) }
      const repeated = await deliveries.change(id, { state: 'waiting', attempts: 0, sending: false, ...times })
      if (repeated) work(repeated.queue)
      return repeated
    },

    /** Resolves when this node has no attempt in progress and nothing due. */
    async drain(): Promise<void> {
      while (active.size > 0) await Promise.all(active.values())
    },

    async start(): Promise<void> {
      if (!sharesStore) await resumeInterrupted().catch(logFailure)
      stopping = new AbortController()
      expiry.start()
      void sweep().catch(logFailure).finally(sweepLater)
    },

    async stop(): Promise<void> {
      cancelSweep()
      expiry.stop()
      stopping?.abort()
      stopping = null
      await Promise.all(active.values())
      wanted.clear()
    },
  }
}
