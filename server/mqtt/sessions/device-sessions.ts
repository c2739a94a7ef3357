import type { Revocation } from '../../auth/sessions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { DeviceRegistry } from '../../auth/device-registry.ts'
import { logLevelOf } from '../../lib/errors.ts'
import { createKeyedMutex } from '../../lib/keyed-mutex.ts'
import { limits } from '../limits.ts'
import type { BrokerPersistence } from './persistence.ts'

export interface DeviceSessionsDependencies {
  devices: Pick<DeviceRegistry, 'list' | 'saveSession' | 'seen'>
  persistence: Pick<BrokerPersistence, 'beginSession' | 'endSession' | 'forgetSession'>
  /** The client ids of stored sessions that no other node may be using. */
  stored: () => AsyncIterable<string>
  /** Sends the other nodes the current session of a device. */
  sendChange: (change: { deviceId: string; clientId: string | null }) => void
  clock: Clock
  log: Log
}

export type DeviceSessions = ReturnType<typeof createDeviceSessions>

const hour = 3_600_000

/**
 * The persistent session of each device: one each, so that a token cannot fill the disk with sessions of ever new client
 * ids. A session ends when its device connects with a clean session or another client id, when the device is revoked, and
 * when it was not seen for `limits.sessionDays` (MQTT 3.1.1 has no session expiry). A connection whose session has ended
 * stays open, but nothing more is stored for it.
 */
export function createDeviceSessions({
  devices,
  persistence,
  stored,
  sendChange,
  clock,
  log,
}: DeviceSessionsDependencies) {
  /** Device id → client id of its session. */
  const sessionIds = new Map<string, string>()
  /** Device id → number of open connections. */
  const connected = new Map<string, number>()
  // Per device: two simultaneous connections would not see each other's session.
  const withLock = createKeyedMutex()
  let cancelSweep = () => {}
  let ending: Promise<unknown> = Promise.resolve()

  function beginSession(deviceId: string, clientId: string) {
    sessionIds.set(deviceId, clientId)
    persistence.beginSession(clientId)
  }

  async function end(deviceId: string) {
    const clientId = sessionIds.get(deviceId)
    if (clientId === undefined) return
    sessionIds.delete(deviceId)
    sendChange({ deviceId, clientId: null })
    await persistence.endSession(clientId)
  }

  /** Applies the session that another node or the store has for a device. */
  function adopt(deviceId: string, clientId: string | null) {
    const before = sessionIds.get(deviceId)
    if (before !== undefined && before !== clientId) {
      sessionIds.delete(deviceId)
      persistence.forgetSession(before)
    }
    if (clientId !== null) beginSession(deviceId, clientId)
  }

  const logFailure = (error: unknown) =>
    log[logLevelOf(error)]({ error }, 'the session or last contact of a device could not be stored')
  const updateLastSeen = (deviceId: string) => void devices.seen(deviceId, isoTime(clock.now())).catch(logFailure)

  async function sweep() {
    const oldest = isoTime(clock.now() - limits.sessionDays * 24 * hour)
    for (const { id, lastSeenAt, session } of await devices.list()) {
      if (session === null || connected.has(id) || (lastSeenAt ?? '') > oldest) continue
      await withLock(id, async () => {
        if (connected.has(id)) return
        await end(id)
        await devices.saveSession(id, null)
      })
    }
  }

  /** Deletes sessions whose device no longer exists (a crash between the two deletions). */
  async function endOrphans() {
    const current = new Set(sessionIds.values())
    for await (const clientId of stored()) if (!current.has(clientId)) await persistence.endSession(clientId)
  }

  function sweepLater() {
    cancelSweep = clock.after(hour, () => {
      // Updates `lastSeenAt` of connected devices, or another node would end the session of one that never disconnects.
      for (const deviceId of connected.keys()) updateLastSeen(deviceId)
      void sweep().catch(logFailure).finally(sweepLater)
    })
  }

  /** Reads all sessions again, because changes of other nodes may have been missed. */
  async function reload() {
    const sessions = new Map((await devices.list()).map(({ id, session }) => [id, session]))
    for (const id of new Set([...sessions.keys(), ...sessionIds.keys()])) adopt(id, sessions.get(id) ?? null)
  }

  return {
    async start() {
      await reload()
      await endOrphans()
      await sweep()
      sweepLater()
    },

    reload,

    /** Another node has changed the session of a device. */
    changedElsewhere: ({ deviceId, clientId }: { deviceId: string; clientId: string | null }) =>
      adopt(deviceId, clientId),

    /** A device connects: its earlier session continues or ends. */
    begin: (deviceId: string, client: { id: string; clean: boolean }) =>
      withLock(deviceId, async () => {
        const session = client.clean ? null : client.id
        const before = sessionIds.get(deviceId) ?? null
        // MQTT-3.1.2-6: a clean session discards the stored one of the same client id. Another client id leaves it.
        if (before === session || (session === null && before !== client.id)) return
        // The store first: if it fails, a session begun here would be an orphan after a restart.
        await devices.saveSession(deviceId, session)
        await end(deviceId)
        if (session) {
          beginSession(deviceId, session)
          sendChange({ deviceId, clientId: session })
        }
      }),

    opened(deviceId: string) {
      connected.set(deviceId, (connected.get(deviceId) ?? 0) + 1)
      updateLastSeen(deviceId)
    },

    closed(deviceId: string) {
      const left = (connected.get(deviceId) ?? 1) - 1
      if (left > 0) connected.set(deviceId, left)
      else connected.delete(deviceId)
      updateLastSeen(deviceId)
    },

    /** A device is revoked: deletes its queue. */
    revoked(revocation: Revocation) {
      if (!('deviceId' in revocation)) return
      const { deviceId } = revocation
      ending = Promise.all([ending, withLock(deviceId, () => end(deviceId)).catch(logFailure)])
    },

    async stop() {
      cancelSweep()
      await ending
    },
  }
}
