import type { Ended } from '../auth/sessions.ts'
import { isoTime, type Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Store } from '../storage/store.ts'
import { limits } from './limits.ts'
import type { BrokerPersistence } from './persistence.ts'

export interface DeviceSessionsDependencies {
  store: Pick<Store, 'devices'>
  persistence: Pick<BrokerPersistence, 'endSession'>
  clock: Clock
  log: Log
}

export type DeviceSessions = ReturnType<typeof createDeviceSessions>

const hour = 3_600_000

/**
 * Which session the broker keeps for which device: one each, so that a token cannot fill the disk under ever new client
 * ids. A session ends when its device connects with a clean one or under another client id, when the device is revoked,
 * and when it was not seen for `limits.sessionDays`. MQTT 3.1.1 knows no end of its own.
 */
export function createDeviceSessions({ store, persistence, clock, log }: DeviceSessionsDependencies) {
  const kept = new Map<string, string>()
  const connected = new Map<string, number>()
  let cancelSweep = () => {}

  async function end(deviceId: string) {
    const clientId = kept.get(deviceId)
    if (clientId === undefined) return
    kept.delete(deviceId)
    await persistence.endSession(clientId)
  }

  const failed = (error: unknown) => log.error({ error }, 'a device could not be noted')
  const seen = (deviceId: string) => void store.devices.seen(deviceId, isoTime(clock.now())).catch(failed)

  async function sweep() {
    const oldest = isoTime(clock.now() - limits.sessionDays * 24 * hour)
    for (const { id, lastSeenAt, session } of await store.devices.list({})) {
      if (session === null || connected.has(id) || (lastSeenAt ?? '') > oldest) continue
      await end(id)
      await store.devices.keepSession(id, null)
    }
  }

  function sweepLater() {
    cancelSweep = clock.after(hour, () => void sweep().catch(failed).finally(sweepLater))
  }

  return {
    async start() {
      for (const { id, session } of await store.devices.list({})) if (session) kept.set(id, session)
      await sweep()
      sweepLater()
    },

    /** A device connects: the session it had is this one, or over. */
    async begin(deviceId: string, client: { id: string; clean: boolean }) {
      const session = client.clean ? null : client.id
      const before = kept.get(deviceId) ?? null
      // MQTT-3.1.2-6: a clean session under the same id discards the one that was kept. One under another id leaves it.
      if (before === session || (session === null && before !== client.id)) return
      await end(deviceId)
      if (session) kept.set(deviceId, session)
      await store.devices.keepSession(deviceId, session)
    },

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
      if ('deviceId' in over) end(over.deviceId).catch(failed)
    },

    stop: () => cancelSweep(),
  }
}
