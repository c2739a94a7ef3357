import type { NewDevice } from '#shared/devices.ts'
import { isActiveVendor } from '#shared/users.ts'
import { createSecretTokens } from '../../lib/secret-token.ts'
import type { Identity } from '../../auth/sessions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { Store } from '../../storage/store.ts'
import type { DeviceRecord, DeviceStore } from './device-records.ts'
import { presentDevice } from './present-device.ts'

export interface DeviceTokensDependencies {
  devices: Pick<DeviceStore, 'create' | 'byId' | 'remove'>
  users: Pick<Store['users'], 'byId'>
  events: Pick<EventBus, 'emit'>
  clock: Clock
}

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

export const deviceSecrets = createSecretTokens('dev')

/** Tokens of devices, `dev_<device id>.<secret>`: 68 characters. */
export function createDeviceTokens({ devices, users, events, clock }: DeviceTokensDependencies) {
  const find = (token: string) => deviceSecrets.find(token, devices.byId)

  /** A device acts as its vendor. null when that vendor is not active. */
  async function identityOf(device: DeviceRecord | null): Promise<Identity | null> {
    const vendor = device && (await users.byId(device.vendorId))
    if (!device || !isActiveVendor(vendor)) return null
    const { id, name, role } = vendor
    return { id, name, role, sessionId: null, deviceId: device.id, scope: null, expiresAt: Infinity }
  }

  return {
    /** Creates a device of this vendor. The token is in this result only; it cannot be read again. */
    async issue(vendor: { id: string }, name: string): Promise<NewDevice> {
      const id = newId()
      const { token, secretHash } = deviceSecrets.create(id)
      const device = {
        id,
        name,
        vendorId: vendor.id,
        createdAt: isoTime(clock.now()),
        lastSeenAt: null,
        secretHash,
        session: null,
      }
      await devices.create(device)
      return { device: presentDevice(device), token }
    },

    /** Queries the store each time, so that a revoked token is refused at once. Throws unauthenticated. */
    async identify(token: string): Promise<Identity> {
      const identity = await identityOf(await find(token))
      if (!identity) throw new DomainError('unauthenticated', 'The device token is wrong or was revoked.')
      return identity
    },

    /** For a device that another broker has authenticated. null when it was revoked or its vendor is not active. */
    identityOf: async (deviceId: string): Promise<Identity | null> => identityOf(await devices.byId(deviceId)),

    /** Resolves to false when there is no such device. */
    async revoke(deviceId: string): Promise<boolean> {
      const removed = await devices.remove(deviceId)
      // Emitted even when nothing was removed: the response to an earlier removal may have been lost.
      events.emit('access.revoked', { deviceId })
      return removed
    },
  }
}
