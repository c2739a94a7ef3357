import type { Actor } from '#shared/actors.ts'
import type { CreateDevice, Device, NewDevice } from '#shared/devices.ts'
import type { DeviceTokens } from '../auth/devices.ts'
import type { Store } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'
import { presentDevice } from './presenters.ts'

export interface DevicesDependencies {
  store: Pick<Store, 'devices' | 'users'>
  tokens: Pick<DeviceTokens, 'issue' | 'revoke'>
}

export type DevicesService = ReturnType<typeof createDevicesService>

/** A limit against scripts that create a device at every start. */
const maxDevices = 100

/** The devices of vendors: an admin manages all of them, a vendor their own. */
export function createDevicesService({ store, tokens }: DevicesDependencies) {
  let lastCreation = Promise.resolve()
  const noop = () => {}

  /** Runs one creation at a time: two at once could both pass the limit. */
  function oneAtATime<Result>(create: () => Promise<Result>): Promise<Result> {
    const creation = lastCreation.then(create)
    lastCreation = creation.then(noop, noop)
    return creation
  }

  const scopeOf = ({ id, role }: Actor) => (role === 'admin' ? {} : { vendorId: id })

  return {
    /** No other response holds the token. Throws invalid_request, unknown_vendor, forbidden or device_limit. */
    async create(actor: Actor, { name, vendorId }: CreateDevice): Promise<NewDevice> {
      const vendor = actor.role === 'admin' ? await activeVendor(vendorId) : ownVendor(actor, vendorId)
      return oneAtATime(async () => {
        const { length } = await store.devices.list({ vendorId: vendor.id })
        if (length >= maxDevices) {
          throw new DomainError('device_limit', `A vendor may have ${maxDevices} devices. Remove one first.`)
        }
        return tokens.issue(vendor, name)
      })
    },

    /** By name. */
    async list(actor: Actor): Promise<Device[]> {
      return (await store.devices.list(scopeOf(actor))).map(presentDevice)
    },

    /** Revokes the token and closes the device's connections. Throws not_found, for another vendor's device too. */
    async remove(actor: Actor, id: string): Promise<void> {
      const device = await store.devices.byId(id)
      const allowed = device && (actor.role === 'admin' || device.vendorId === actor.id)
      if (!allowed || !(await tokens.revoke(id))) throw new DomainError('not_found', 'There is no such device.')
    },
  }

  async function activeVendor(vendorId: string | undefined): Promise<{ id: string }> {
    if (!vendorId) {
      const errors = [{ path: 'vendorId', message: 'Say whose device it is' }]
      throw new DomainError('invalid_request', 'vendorId: Say whose device it is', { errors })
    }
    const vendor = await store.users.byId(vendorId)
    if (vendor?.role !== 'vendor' || !vendor.active) throw new DomainError('unknown_vendor')
    return vendor
  }
}

function ownVendor(actor: Actor, vendorId: string | undefined): { id: string } {
  if (vendorId && vendorId !== actor.id) throw new DomainError('forbidden', 'A vendor’s devices are their own.')
  return actor
}
