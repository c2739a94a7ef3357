import type { Revocation } from '../auth/sessions.ts'
import type { createRevalidate } from '../auth/revalidate.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Mqtt } from '../mqtt/index.ts'
import type { Publisher } from '../mqtt/outbound/publisher.ts'
import type { PresenceService } from '../services/presence.service.ts'
import type { Store } from '../storage/store.ts'
import { logLevelOf } from '../lib/errors.ts'
import type { Membership } from './membership.ts'

export interface ClusterSyncDependencies {
  membership: Membership
  store: Pick<Store, 'orders'>
  presence: PresenceService
  publisher: Pick<Publisher, 'repeat'>
  mqtt: Pick<Mqtt, 'persistence' | 'connections' | 'deviceSessions' | 'presenceFailed'>
  revalidate: ReturnType<typeof createRevalidate>
  /** A session, device or user was revoked on another node. */
  onEnded: (revocation: Revocation) => void
  clock: Clock
  log: Log
}

/**
 * How many seconds before the disconnection a rejoining node starts to repeat changes: another node may have stored a
 * change just before the disconnection and published it only afterwards.
 */
const repeatSeconds = 5

/** Connects this node's parts to the messages of the other nodes, and resynchronises the parts after a disconnection. */
export function connectCluster(dependencies: ClusterSyncDependencies) {
  const { membership, store, presence, publisher, revalidate, onEnded, clock, log } = dependencies
  const { persistence, connections, deviceSessions, presenceFailed } = dependencies.mqtt
  /** One cursor of the store for each second while connected, oldest first. */
  const cursors: string[] = []

  membership.on('ended', onEnded)
  membership.on('deviceSession', deviceSessions.changedElsewhere)
  membership.on('presence', (reports, from) => void presence.applyReports(from, reports).catch(presenceFailed))
  membership.on('hello', (hello) => presence.sendReports(hello))
  membership.onNodeLost((node) => void presence.nodeGone(node).catch(presenceFailed))
  membership.onLeadershipGained(() => void presence.lead().catch(presenceFailed))

  membership.onHeartbeat(() => {
    const requestedAt = clock.monotonic()
    const add = (cursor: string) => {
      // A late response holds a cursor of a later moment than the heartbeat it stands for.
      if (clock.monotonic() - requestedAt < 1_000 && membership.disconnectedSince() === null) cursors.push(cursor)
      if (cursors.length > repeatSeconds) cursors.shift()
    }
    store.orders.syncCursor().then(add, () => {})
  })

  membership.onRejoin(() => {
    const [since] = cursors.splice(0)
    presence.sendReports({ joined: false })
    const tasks = [
      persistence.swapEngine(),
      deviceSessions.reload(),
      connections.recheck(revalidate),
      ...(since === undefined ? [] : [publisher.repeat(since)]),
    ]
    const logFailure = (error: unknown) => log[logLevelOf(error)]({ error }, 'resynchronisation after rejoining failed')
    for (const task of tasks) task.catch(logFailure)
  })
}
