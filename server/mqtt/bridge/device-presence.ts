import type { VendorStatus } from '#shared/presence.ts'
import type { DeviceRegistry } from '../../auth/device-registry.ts'
import type { Identity } from '../../auth/sessions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { PresenceService } from '../../services/presence.service.ts'

export interface DevicePresenceDependencies {
  presence: Pick<PresenceService, 'connected' | 'disconnected'>
  deviceRegistry: Pick<DeviceRegistry, 'identityOf' | 'seen'>
  clock: Clock
  log: Log
}

export type DevicePresence = ReturnType<typeof createDevicePresence>

interface Here {
  vendorId: string
  deviceId: string
  /** It was heard of over the session that goes on, or since a new one began. */
  certain: boolean
}

/** How long a device is believed to be there without the other broker, in ms: as long as that one may take to restart. */
export const grace = 10_000

/** The connection that a device has to us through the other broker. */
export const connectionOf = (name: string) => `bridge:${name}`

/**
 * Which devices of the other broker are there. That one does not tell who is connected, so a device says so on its status
 * topic, and has the broker say the opposite by its will. Each that has said so is a connection of its vendor's.
 */
export function createDevicePresence({ presence, deviceRegistry, clock, log }: DevicePresenceDependencies) {
  const here = new Map<string, Here>()
  let cancelGrace = () => {}
  let away = false

  async function end(name: string) {
    const found = here.get(name)
    if (!found) return
    here.delete(name)
    await presence.disconnected(found.vendorId, connectionOf(name))
    await deviceRegistry.seen(found.deviceId, isoTime(clock.now()))
  }

  async function endThose(which: (found: Here) => boolean | Promise<boolean>) {
    for (const [name, found] of here) {
      try {
        if (await which(found)) await end(name)
      } catch (error) {
        log.error({ error, name }, 'presence could not be stored')
      }
    }
  }

  function endUncertainLater() {
    cancelGrace()
    cancelGrace = clock.after(grace, () => void endThose(({ certain }) => !certain))
  }

  return {
    /** What a device has reported; its vendor's break was taken in already. Resolves when it is kept. */
    async reported(name: string, { id, name: vendor, deviceId }: Identity, status: VendorStatus): Promise<void> {
      if (status === 'offline') return end(name)
      if (away || deviceId === null) return
      const known = here.has(name)
      here.set(name, { vendorId: id, deviceId, certain: true })
      if (known) return
      try {
        await presence.connected({ id, name: vendor }, connectionOf(name))
        await deviceRegistry.seen(deviceId, isoTime(clock.now()))
      } catch (error) {
        // It will be reported again, and must not be taken for known then.
        here.delete(name)
        throw error
      }
    },

    /** The bridge opens a connection: what is reported from now on counts. */
    opening() {
      away = false
    },

    /** The other broker is there. If it has kept our session, nothing that devices have said meanwhile is missing. */
    back(sessionPresent: boolean) {
      if (sessionPresent) for (const found of here.values()) found.certain = true
      else if (here.size > 0) endUncertainLater()
    },

    /** The other broker is gone. After a while that its devices are as well. */
    lost() {
      // Attempts that fail as well do not make it longer.
      if (![...here.values()].some(({ certain }) => certain)) return
      for (const found of here.values()) found.certain = false
      endUncertainLater()
    },

    /** A device was revoked, or a vendor has left: it ends at once. */
    recheck: () => endThose(async ({ deviceId }) => (await deviceRegistry.identityOf(deviceId)) === null),

    /** Without a bridge, no device is connected through it. */
    async stop() {
      cancelGrace()
      away = true
      await endThose(() => true)
    },
  }
}
