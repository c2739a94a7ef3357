import { createHash, randomBytes } from 'node:crypto'
import type { NewDevice } from '#shared/devices.ts'
import { isActiveVendor } from '#shared/users.ts'
import type { Identity } from '../../auth/sessions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { equalInConstantTime } from '../../lib/constant-time.ts'
import { DomainError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { Store } from '../../storage/store.ts'
import type { DeviceRecord, DeviceStore } from './device-records.ts'
import { presentDevice } from './present-device.ts'
import { formatDeviceToken, parseDeviceToken } from './token-format.ts'

export interface DeviceTokensDependencies {
  devices: Pick<DeviceStore, 'create' | 'byId' | 'remove'>
  users: Pick<Store['users'], 'byId'>
  events: Pick<EventBus, 'emit'>
  clock: Clock
}

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

/**
 * Tokens of the form `dev_<device id>.<secret>`, valid until revoked; the store holds the secret's hash. They are opaque
 * and 68 characters long: PubSubClient has 256 bytes for the whole CONNECT, too few for a JWT.
 */
export function createDeviceTokens({ devices, users, events, clock }: DeviceTokensDependencies) {
  async function find(token: string): Promise<DeviceRecord | null> {
    const { id, secret } = parseDeviceToken(token)
    const device = id ? await devices.byId(id) : null
    return device && secret && equalInConstantTime(device.secretHash, hashed(secret)) ? device : null
  }

  /** A device acts as its vendor. null when that vendor is not active. */
  async function identityOf(device: DeviceRecord | null): Promise<Identity | null> {
    const vendor = device && (await users.byId(device.vendorId))
    if (!device || !isActiveVendor(vendor)) return null
    const { id, name, role } = vendor
    return { id, name, role, sessionId: null, deviceId: device.id, expiresAt: Infinity }
  }

  return {
    /** Creates a device of this vendor. The token is in this result only; it cannot be read again. */
    async issue(vendor: { id: string }, name: string): Promise<NewDevice> {
      const secret = randomBytes(32).toString('base64url')
      const device = {
        id: newId(),
        name,
        vendorId: vendor.id,
        createdAt: isoTime(clock.now()),
        lastSeenAt: null,
        secretHash: hashed(secret),
        session: null,
      }
      await devices.create(device)
      return { device: presentDevice(device), token: formatDeviceToken(device.id, secret) }
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

const hashed = (secret: string) => createHash('sha256').update(secret).digest('base64url')
