import { createHash, randomBytes } from 'node:crypto'
import type { NewDevice } from '#shared/devices.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { equalInConstantTime } from '../lib/constant-time.ts'
import { formatDeviceToken, parseDeviceToken } from '../lib/device-token-format.ts'
import { newId } from '../lib/ids.ts'
import { DomainError } from '../lib/errors.ts'
import { presentDevice } from '../services/presenters.ts'
import type { DeviceRecord, Store } from '../storage/store.ts'
import type { Revocation, Identity } from './sessions.ts'

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

/**
 * A device token is `dev_<device id>.<secret>`, valid until it is revoked; the store holds the hash of the secret. It has
 * 68 characters because PubSubClient limits the whole CONNECT packet to 256 bytes, where no JWT would fit.
 */
export function createDeviceTokens({ store, clock }: { store: Pick<Store, 'devices' | 'users'>; clock: Clock }) {
  const listeners: ((revocation: Revocation) => void)[] = []

  /** Returns the device of this token, or null. */
  async function find(token: string): Promise<DeviceRecord | null> {
    const { id, secret } = parseDeviceToken(token)
    const device = id ? await store.devices.byId(id) : null
    return device && secret && equalInConstantTime(device.secretHash, hashOf(secret)) ? device : null
  }

  /** A device acts as its vendor. null when the vendor is not active. */
  async function identityOf(device: DeviceRecord | null): Promise<Identity | null> {
    const vendor = device && (await store.users.byId(device.vendorId))
    if (!device || !vendor?.active || vendor.role !== 'vendor') return null
    const { id, name, role } = vendor
    return { id, name, role, sessionId: null, deviceId: device.id, expiresAt: Infinity }
  }

  return {
    /** Creates a device of this vendor. The token is in the result only; it cannot be read again. */
    async issue(vendor: { id: string }, name: string): Promise<NewDevice> {
      const secret = randomBytes(32).toString('base64url')
      const device = {
        id: newId(),
        name,
        vendorId: vendor.id,
        createdAt: isoTime(clock.now()),
        lastSeenAt: null,
        secretHash: hashOf(secret),
        session: null,
      }
      await store.devices.create(device)
      return { device: presentDevice(device), token: formatDeviceToken(device.id, secret) }
    },

    /** Reads the store each time, so a revoked token is refused at once. Throws unauthenticated. */
    async identify(token: string): Promise<Identity> {
      const identity = await identityOf(await find(token))
      if (!identity) throw new DomainError('unauthenticated', 'The device token is wrong or was revoked.')
      return identity
    },

    /** For a device that another broker has authenticated. null when it is revoked or its vendor is not active. */
    identityOf: async (deviceId: string): Promise<Identity | null> => identityOf(await store.devices.byId(deviceId)),

    /** False when there is no such device. */
    async revoke(deviceId: string): Promise<boolean> {
      const removed = await store.devices.remove(deviceId)
      // Notifies in any case: a caller may retry after the response to an earlier removal was lost.
      listeners.forEach((listener) => listener({ deviceId }))
      return removed
    },

    /** Calls `listener` when a device token is revoked. */
    onEnded: (listener: (revocation: Revocation) => void) => void listeners.push(listener),
  }
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')
