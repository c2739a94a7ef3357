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
 * Which session the broker keeps for which device: one each, so that a token cannot fill the disk under ever new client
 * ids. A session ends when its device connects with a clean one or under another client id, when the device is revoked,
 * and when it was not seen for `limits.sessionDays`. MQTT 3.1.1 knows no end of its own. A connection whose
 * session has ended stays, and nothing more is kept for it.
 */
export function createDeviceSessions({
  devices,
  persistence,
  stored,
  sendChange,
  clock,
  log,
}: DeviceSessionsDependencies) {
  const kept = new Map<string, string>()
  const connected = new Map<string, number>()
  // Per device: two connections at once would not see each other's session.
  const withLock = createKeyedMutex()
  let cancelSweep = () => {}
  let ending: Promise<unknown> = Promise.resolve()

  function keep(deviceId: string, clientId: string) {
    kept.set(deviceId, clientId)
    persistence.beginSession(clientId)
  }

  async function end(deviceId: string) {
    const clientId = kept.get(deviceId)
    if (clientId === undefined) return
    kept.delete(deviceId)
    sendChange({ deviceId, clientId: null })
    await persistence.endSession(clientId)
  }

  /** Takes the session that another node or the store has for a device. */
  function adopt(deviceId: string, clientId: string | null) {
    const before = kept.get(deviceId)
    if (before !== undefined && before !== clientId) {
      kept.delete(deviceId)
      persistence.forgetSession(before)
    }
    if (clientId !== null) keep(deviceId, clientId)
  }

  const failed = (error: unknown) =>
    log[logLevelOf(error)]({ error }, 'the session or last contact of a device could not be stored')
  const seen = (deviceId: string) => void devices.seen(deviceId, isoTime(clock.now())).catch(failed)

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
    const ours = new Set(kept.values())
    for await (const clientId of stored()) if (!ours.has(clientId)) await persistence.endSession(clientId)
  }

  function sweepLater() {
    cancelSweep = clock.after(hour, () => {
      // Updates `lastSeenAt` of connected devices, or another node would end the session of one that never disconnects.
      for (const deviceId of connected.keys()) seen(deviceId)
      void sweep().catch(failed).finally(sweepLater)
    })
  }

  /** Reads the sessions again: changes of other nodes may have been missed. */
  async function reload() {
    const sessions = new Map((await devices.list()).map(({ id, session }) => [id, session]))
    for (const id of new Set([...sessions.keys(), ...kept.keys()])) adopt(id, sessions.get(id) ?? null)
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
    heard: ({ deviceId, clientId }: { deviceId: string; clientId: string | null }) => adopt(deviceId, clientId),

    /** A device connects: its earlier session continues or ends. */
    begin: (deviceId: string, client: { id: string; clean: boolean }) =>
      withLock(deviceId, async () => {
        const session = client.clean ? null : client.id
        const before = kept.get(deviceId) ?? null
        // MQTT-3.1.2-6: a clean session under the same id discards the one that was kept. One under another id leaves it.
        if (before === session || (session === null && before !== client.id)) return
        // The store first: it may fail, and a session known only here would be an orphan after a restart.
        await devices.saveSession(deviceId, session)
        await end(deviceId)
        if (session) {
          keep(deviceId, session)
          sendChange({ deviceId, clientId: session })
        }
      }),

    opened(deviceId: string) {
      connected.set(deviceId, (connected.get(deviceId) ?? 0) + 1)
      seen(deviceId)
    },

    closed(deviceId: string) {
      const left = (connected.get(deviceId) ?? 1) - 1
      if (left > 0) connected.set(deviceId, left)
      else connected.delete(deviceId)
      seen(deviceId)
    },

    /** A device is revoked: deletes its queue. */
    ended(revocation: Revocation) {
      if (!('deviceId' in revocation)) return
      const { deviceId } = revocation
      ending = Promise.all([ending, withLock(deviceId, () => end(deviceId)).catch(failed)])
    },

    async stop() {
      cancelSweep()
      await ending
    },
  }
}
