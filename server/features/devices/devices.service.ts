import type { Actor } from '#shared/actors.ts'
import type { CreateDevice, Device, NewDevice } from '#shared/devices.ts'
import { isActiveVendor } from '#shared/users.ts'
import { DomainError } from '../../lib/errors.ts'
import { createKeyedMutex } from '../../lib/keyed-mutex.ts'
import type { Store } from '../../storage/store.ts'
import type { DeviceStore } from './device-records.ts'
import type { DeviceTokens } from './device-tokens.ts'
import { presentDevice } from './present-device.ts'

export interface DevicesDependencies {
  devices: Pick<DeviceStore, 'byId' | 'list'>
  users: Pick<Store['users'], 'byId'>
  tokens: Pick<DeviceTokens, 'issue' | 'revoke'>
}

export type DevicesService = ReturnType<typeof createDevicesService>

/** Stops a script that creates a device at every start. */
const devicesPerVendor = 100

/** Devices of vendors: an admin sees all of them, a vendor their own. */
export function createDevicesService({ devices, users, tokens }: DevicesDependencies) {
  // One vendor's creations run one after the other, or two at once could both be the hundredth.
  const oneAtATime = createKeyedMutex()
  const filterFor = ({ id, role }: Actor) => (role === 'admin' ? {} : { vendorId: id })

  return {
    /** The token is in this result only. Throws invalid_request, unknown_vendor, forbidden or device_limit. */
    async create(actor: Actor, { name, vendorId }: CreateDevice): Promise<NewDevice> {
      const vendor = actor.role === 'admin' ? await activeVendor(vendorId) : ownVendor(actor, vendorId)
      return oneAtATime(vendor.id, async () => {
        const { length } = await devices.list({ vendorId: vendor.id })
        if (length >= devicesPerVendor) {
          throw new DomainError('device_limit', `A vendor may have ${devicesPerVendor} devices. Remove one first.`, {
            limit: devicesPerVendor,
          })
        }
        return tokens.issue(vendor, name)
      })
    },

    /** Sorted by name. */
    async list(actor: Actor): Promise<Device[]> {
      return (await devices.list(filterFor(actor))).map(presentDevice)
    },

    /** Revokes the token and closes the device's connections. Throws not_found, for another vendor's device too. */
    async remove(actor: Actor, id: string): Promise<void> {
      const device = await devices.byId(id)
      const permitted = device && (actor.role === 'admin' || device.vendorId === actor.id)
      if (!permitted || !(await tokens.revoke(id))) throw new DomainError('not_found', 'There is no such device.')
    },
  }

  async function activeVendor(vendorId: string | undefined): Promise<{ id: string }> {
    if (!vendorId) {
      const errors = [{ path: 'vendorId', message: 'Say whose device it is', code: 'vendor_required' }]
      throw new DomainError('invalid_request', 'vendorId: Say whose device it is', { errors })
    }
    const vendor = await users.byId(vendorId)
    if (!isActiveVendor(vendor)) throw new DomainError('unknown_vendor')
    return vendor
  }
}

function ownVendor(actor: Actor, vendorId: string | undefined): { id: string } {
  if (vendorId && vendorId !== actor.id) throw new DomainError('forbidden', 'A vendor’s devices are their own.')
  return actor
}
