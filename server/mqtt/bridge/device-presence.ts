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

interface OnlineDevice {
  vendorId: string
  deviceId: string
  /** Reported during the current session on the other broker; false while a status may have been missed. */
  confirmed: boolean
}

/** How long an unconfirmed device stays online, in ms: long enough for a restart of the other broker. */
export const grace = 10_000

/** The connection id of a device of the other broker. */
export const connectionOf = (name: string) => `bridge:${name}`

/**
 * The online devices of the other broker. MQTT does not report who is connected, so a device publishes "online" to its
 * status topic and leaves "offline" as its will. Each online device counts as a connection of its vendor.
 */
export function createDevicePresence({ presence, deviceRegistry, clock, log }: DevicePresenceDependencies) {
  const online = new Map<string, OnlineDevice>()
  let cancelGrace = () => {}
  let stopped = false

  async function end(name: string) {
    const found = online.get(name)
    if (!found) return
    online.delete(name)
    await presence.disconnected(found.vendorId, connectionOf(name))
    await deviceRegistry.seen(found.deviceId, isoTime(clock.now()))
  }

  async function endWhere(matches: (found: OnlineDevice) => boolean | Promise<boolean>) {
    for (const [name, found] of online) {
      try {
        if (await matches(found)) await end(name)
      } catch (error) {
        log.error({ error, name }, 'presence could not be stored')
      }
    }
  }

  function scheduleUnconfirmedEnd() {
    cancelGrace()
    cancelGrace = clock.after(grace, () => void endWhere(({ confirmed }) => !confirmed))
  }

  return {
    /** Applies a status that a device reported; a break is already stored. Resolves when it is stored. */
    async reported(name: string, { id, name: vendor, deviceId }: Identity, status: VendorStatus): Promise<void> {
      if (status === 'offline') return end(name)
      if (stopped || deviceId === null) return
      const wasOnline = online.has(name)
      online.set(name, { vendorId: id, deviceId, confirmed: true })
      if (wasOnline) return
      try {
        await presence.connected({ id, name: vendor }, connectionOf(name))
        await deviceRegistry.seen(deviceId, isoTime(clock.now()))
      } catch (error) {
        // The message is delivered again, and must then be handled as new.
        online.delete(name)
        throw error
      }
    },

    /** The bridge opens a connection: statuses are accepted from now on. */
    linkOpening() {
      stopped = false
    },

    /** The other broker is connected. If it has resumed the session, no status was missed. */
    linkUp(sessionPresent: boolean) {
      if (sessionPresent) for (const found of online.values()) found.confirmed = true
      else if (online.size > 0) scheduleUnconfirmedEnd()
    },

    /** The connection is lost. Devices go offline after `grace`. */
    linkDown() {
      // Failed reconnects do not extend the grace period.
      if (![...online.values()].some(({ confirmed }) => confirmed)) return
      for (const found of online.values()) found.confirmed = false
      scheduleUnconfirmedEnd()
    },

    /** Ends the presence of revoked devices and deactivated vendors. */
    endRevoked: () => endWhere(async ({ deviceId }) => (await deviceRegistry.identityOf(deviceId)) === null),

    /** Ends the presence of all devices. */
    async stop() {
      cancelGrace()
      stopped = true
      await endWhere(() => true)
    },
  }
}
