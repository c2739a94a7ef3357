import { createHash } from 'node:crypto'
import type { Catalogue, CatalogueEvent } from '#shared/catalogue.ts'
import { topics } from '#shared/topics.ts'
import type { Clock } from '../../lib/clock.ts'
import { logLevelOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { BrokerPersistence } from '../sessions/persistence.ts'
import type { Publisher } from './publisher.ts'

export interface CataloguePublisherDependencies {
  /** Reads the active catalogue from the store. */
  read: () => Promise<Catalogue>
  publisher: Pick<Publisher, 'publish'>
  persistence: Pick<BrokerPersistence, 'retainedPayload'>
  events: Pick<EventBus, 'on'>
  clock: Clock
  log: Log
}

/** The contract's limit of a payload. */
const maxPayload = 64 * 1024
const checkEvery = 5_000

/**
 * Keeps the retained catalogue equal to the stored one: at start, after each change on this node, and by a check every five
 * seconds. The check publishes what a crash between the write and the publication prevented, what a script has changed, and
 * the newest state where two nodes have published in the wrong order.
 */
export function createCataloguePublisher(dependencies: CataloguePublisherDependencies) {
  const { read, publisher, persistence, events, clock, log } = dependencies
  let started = false
  let cancelCheck = () => {}
  let running: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null

  async function publishIfChanged() {
    const event = eventOf(await read())
    const retained = persistence.retainedPayload(topics.services)?.toString()
    if (retained !== JSON.stringify(event)) publisher.publish('services', {}, event)
  }

  /** One read at a time, so that they publish in their order. A change during a read needs one more, however many follow. */
  function refresh(): Promise<void> {
    waiting ??= running
      .catch(() => {})
      .then(() => {
        waiting = null
        running = publishIfChanged()
        return running
      })
    return waiting
  }

  const refreshAndLog = () =>
    refresh().catch((error: unknown) => log[logLevelOf(error)]({ error }, 'the catalogue was not published'))

  function checkLater() {
    cancelCheck = clock.after(checkEvery, () => void refreshAndLog().then(() => started && checkLater()))
  }

  events.on('catalogue.changed', () => void (started && refreshAndLog()))

  return {
    /** Rejects when the store cannot be read. */
    async start() {
      await refresh()
      started = true
      checkLater()
    },

    /** Resolves when every change so far is passed to the publisher. */
    async drain() {
      await (waiting ?? running).catch(() => {})
    },

    async stop() {
      started = false
      cancelCheck()
      await (waiting ?? running).catch(() => {})
    },
  }
}

/** A catalogue above the limit is not sent: `services` is null, and `hash` differs after each change. */
function eventOf(catalogue: Catalogue): CatalogueEvent {
  const text = JSON.stringify(catalogue)
  if (Buffer.byteLength(text) <= maxPayload) return catalogue
  return { currency: catalogue.currency, services: null, hash: createHash('sha256').update(text).digest('base64url') }
}
