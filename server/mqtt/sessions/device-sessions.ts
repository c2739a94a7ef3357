import type { Ended } from '../../auth/sessions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Store } from '../../storage/store.ts'
import { logLevelOf } from '../../lib/errors.ts'
import { createKeyedMutex } from '../../lib/keyed-mutex.ts'
import { limits } from '../limits.ts'
import type { BrokerPersistence } from './persistence.ts'

export interface DeviceSessionsDependencies {
  store: Pick<Store, 'devices'>
  persistence: Pick<BrokerPersistence, 'beginSession' | 'endSession' | 'forgetSession'>
  /** The client ids that earlier processes have kept sessions under, and no other may be using now. */
  stored: () => AsyncIterable<string>
  /** Tells the other nodes which session is kept for a device from now on. */
  tell: (change: { deviceId: string; clientId: string | null }) => void
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
export function createDeviceSessions({ store, persistence, stored, tell, clock, log }: DeviceSessionsDependencies) {
  const kept = new Map<string, string>()
  const connected = new Map<string, number>()
  // By device: of two connections at once neither would know of the other's session.
  const inTurn = createKeyedMutex()
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
    tell({ deviceId, clientId: null })
    await persistence.endSession(clientId)
  }

  /** How it is at another node, or in the store. */
  function adopt(deviceId: string, clientId: string | null) {
    const before = kept.get(deviceId)
    if (before !== undefined && before !== clientId) {
      kept.delete(deviceId)
      persistence.forgetSession(before)
    }
    if (clientId !== null) keep(deviceId, clientId)
  }

  const failed = (error: unknown) => log[logLevelOf(error)]({ error }, 'a device could not be noted')
  const seen = (deviceId: string) => void store.devices.seen(deviceId, isoTime(clock.now())).catch(failed)

  async function sweep() {
    const oldest = isoTime(clock.now() - limits.sessionDays * 24 * hour)
    for (const { id, lastSeenAt, session } of await store.devices.list({})) {
      if (session === null || connected.has(id) || (lastSeenAt ?? '') > oldest) continue
      await inTurn(id, async () => {
        if (connected.has(id)) return
        await end(id)
        await store.devices.setSession(id, null)
      })
    }
  }

  /** What no device has any more: the process ended between the end of the device and that of its session. */
  async function endOrphans() {
    const ours = new Set(kept.values())
    for await (const clientId of stored()) if (!ours.has(clientId)) await persistence.endSession(clientId)
  }

  function sweepLater() {
    cancelSweep = clock.after(hour, () => {
      // Whoever is connected is seen, or another node would end the session of one that never goes away.
      for (const deviceId of connected.keys()) seen(deviceId)
      void sweep().catch(failed).finally(sweepLater)
    })
  }

  return {
    async start() {
      await this.reload()
      await endOrphans()
      await sweep()
      sweepLater()
    },

    /** What other nodes have changed while they were not heard. */
    async reload() {
      const devices = new Map((await store.devices.list({})).map(({ id, session }) => [id, session]))
      for (const id of new Set([...devices.keys(), ...kept.keys()])) adopt(id, devices.get(id) ?? null)
    },

    /** Another node has changed which session is kept for a device. */
    heard: ({ deviceId, clientId }: { deviceId: string; clientId: string | null }) => adopt(deviceId, clientId),

    /** A device connects: the session it had is this one, or over. */
    begin: (deviceId: string, client: { id: string; clean: boolean }) =>
      inTurn(deviceId, async () => {
        const session = client.clean ? null : client.id
        const before = kept.get(deviceId) ?? null
        // MQTT-3.1.2-6: a clean session under the same id discards the one that was kept. One under another id leaves it.
        if (before === session || (session === null && before !== client.id)) return
        // First what may fail: were it noted here alone, a session that is kept would be an orphan after a restart.
        await store.devices.setSession(deviceId, session)
        await end(deviceId)
        if (session) {
          keep(deviceId, session)
          tell({ deviceId, clientId: session })
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

    /** A device is revoked: what waits for it, waits for nobody. */
    ended(over: Ended) {
      if (!('deviceId' in over)) return
      const { deviceId } = over
      ending = Promise.all([ending, inTurn(deviceId, () => end(deviceId)).catch(failed)])
    },

    async stop() {
      cancelSweep()
      await ending
    },
  }
}
