import type { Ended } from '../auth/sessions.ts'
import type { createRevalidate } from '../auth/revalidate.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Connections } from '../mqtt/sessions/connections.ts'
import type { DeviceSessions } from '../mqtt/sessions/device-sessions.ts'
import type { BrokerPersistence } from '../mqtt/sessions/persistence.ts'
import type { Publisher } from '../mqtt/outbound/publisher.ts'
import type { PresenceService } from '../services/presence.service.ts'
import type { Store } from '../storage/store.ts'
import { logLevelOf } from '../lib/errors.ts'
import type { Membership } from './membership.ts'

export interface ClusterSyncDependencies {
  nodes: Membership
  store: Pick<Store, 'orders'>
  presence: PresenceService
  publisher: Pick<Publisher, 'repeat'>
  persistence: Pick<BrokerPersistence, 'renew'>
  connections: Pick<Connections, 'recheck'>
  deviceSessions: Pick<DeviceSessions, 'heard' | 'reload'>
  stillGood: ReturnType<typeof createRevalidate>
  /** Something ended at another node. */
  onEnded: (ended: Ended) => void
  presenceFailed: (error: unknown) => void
  clock: Clock
  log: Log
}

/** How many seconds before it was cut off a node repeats: what others stored then they may have told only afterwards. */
const repeated = 5

/** What nodes tell each other, and what one does to be right again that has not heard the others for a while. */
export function connectCluster(dependencies: ClusterSyncDependencies) {
  const { nodes, store, presence, publisher, persistence, connections, deviceSessions, stillGood, onEnded } =
    dependencies
  const { presenceFailed, clock, log } = dependencies
  /** The store's, one a second while all was well, oldest first. */
  const cursors: string[] = []

  nodes.on('ended', onEnded)
  nodes.on('deviceSession', deviceSessions.heard)
  nodes.on('presence', (reports, from) => void presence.applyReports(from, reports).catch(presenceFailed))
  nodes.on('hello', (hello) => presence.sendReports(hello))
  nodes.onGone((node) => void presence.nodeGone(node).catch(presenceFailed))
  nodes.onLead(() => presence.publishAll())

  nodes.onBeat(() => {
    const asked = clock.now()
    const keep = (cursor: string) => {
      // One that was long in coming is of a later moment than the one it was asked for.
      if (clock.now() - asked < 1_000 && nodes.awaySince() === null) cursors.push(cursor)
      if (cursors.length > repeated) cursors.shift()
    }
    store.orders.syncCursor().then(keep, () => {})
  })

  nodes.onRejoin(() => {
    const [since] = cursors.splice(0)
    presence.sendReports({ joined: false })
    const work = [
      persistence.renew(),
      deviceSessions.reload(),
      connections.recheck(stillGood),
      ...(since === undefined ? [] : [publisher.repeat(since)]),
    ]
    const notMadeUpFor = (error: unknown) =>
      log[logLevelOf(error)]({ error }, 'not everything was made up for after Redis was away')
    for (const task of work) task.catch(notMadeUpFor)
  })
}
