import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { NewDevice } from '#shared/devices.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { formatDeviceToken, parseDeviceToken } from '../lib/device-token-format.ts'
import { newId } from '../lib/ids.ts'
import { DomainError } from '../lib/errors.ts'
import { presentDevice } from '../services/presenters.ts'
import type { DeviceRecord, Store } from '../storage/store.ts'
import type { Ended, Identity } from './sessions.ts'

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

/**
 * A device's token is `dev_<device id>.<secret>`, good until it is revoked; the store keeps the secret's hash. Opaque
 * and 68 characters long: a small device has 256 bytes for its whole CONNECT (PubSubClient), where no JWT would fit.
 */
export function createDeviceTokens({ store, clock }: { store: Pick<Store, 'devices' | 'users'>; clock: Clock }) {
  const listeners: ((ended: Ended) => void)[] = []

  /** The device this token belongs to, or null. */
  async function find(token: string): Promise<DeviceRecord | null> {
    const { id, secret } = parseDeviceToken(token)
    const device = id ? await store.devices.byId(id) : null
    return device && secret && sameHash(device.secretHash, hashed(secret)) ? device : null
  }

  /** As whom it works: as its vendor. null when that one is no longer active. */
  async function identityOf(device: DeviceRecord | null): Promise<Identity | null> {
    const vendor = device && (await store.users.byId(device.vendorId))
    if (!device || !vendor?.active || vendor.role !== 'vendor') return null
    const { id, name, role } = vendor
    return { id, name, role, sessionId: null, deviceId: device.id, expiresAt: Infinity }
  }

  return {
    /** A new device of this vendor, and its token, which cannot be had again. */
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
      await store.devices.create(device)
      return { device: presentDevice(device), token: formatDeviceToken(device.id, secret) }
    },

    /** Whose device bears this token. Asks the store, so one that was revoked is refused at once. Throws unauthenticated. */
    async identify(token: string): Promise<Identity> {
      const identity = await identityOf(await find(token))
      if (!identity) throw new DomainError('unauthenticated', 'The device token is wrong or was revoked.')
      return identity
    },

    /** Of a device that another broker has let in. null when it was revoked, or its vendor is no longer active. */
    identityOf: async (deviceId: string): Promise<Identity | null> => identityOf(await store.devices.byId(deviceId)),

    /** False when there is no such device (any more). */
    async revoke(deviceId: string): Promise<boolean> {
      const removed = await store.devices.remove(deviceId)
      // Told in any case: a removal whose answer was lost is made up for by asking again.
      listeners.forEach((listener) => listener({ deviceId }))
      return removed
    },

    /** Calls `listener` whenever a device's token ends. */
    onEnded: (listener: (ended: Ended) => void) => void listeners.push(listener),
  }
}

const hashed = (secret: string) => createHash('sha256').update(secret).digest('base64url')

/** In constant time; hashes are all of one length. */
function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
