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

/** More than any van has; it ends a script that makes a new one at every start. */
const mostDevices = 100

/** The devices of vendors: everybody's to an admin, to a vendor their own. */
export function createDevicesService({ store, tokens }: DevicesDependencies) {
  let lastTurn = Promise.resolve()
  const nothing = () => {}

  /** One after the other: of two at once both would be the hundredth. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = lastTurn.then(work)
    lastTurn = turn.then(nothing, nothing)
    return turn
  }

  const scopeOf = ({ id, role }: Actor) => (role === 'admin' ? {} : { vendorId: id })

  return {
    /** The token is in this answer and in no other. Throws invalid_request, unknown_vendor, forbidden or device_limit. */
    async create(actor: Actor, { name, vendorId }: CreateDevice): Promise<NewDevice> {
      const vendor = actor.role === 'admin' ? await activeVendor(vendorId) : itself(actor, vendorId)
      return inTurn(async () => {
        const { length } = await store.devices.list({ vendorId: vendor.id })
        if (length >= mostDevices) {
          throw new DomainError('device_limit', `A vendor may have ${mostDevices} devices. Remove one first.`, {
            limit: mostDevices,
          })
        }
        return tokens.issue(vendor, name)
      })
    },

    /** By name. */
    async list(actor: Actor): Promise<Device[]> {
      return (await store.devices.list(scopeOf(actor))).map(presentDevice)
    },

    /** Its token is refused from now on, and its connections close. Throws not_found, for somebody else's too. */
    async remove(actor: Actor, id: string): Promise<void> {
      const device = await store.devices.byId(id)
      const theirs = device && (actor.role === 'admin' || device.vendorId === actor.id)
      if (!theirs || !(await tokens.revoke(id))) throw new DomainError('not_found', 'There is no such device.')
    },
  }

  async function activeVendor(vendorId: string | undefined): Promise<{ id: string }> {
    if (!vendorId) {
      const errors = [{ path: 'vendorId', message: 'Say whose device it is', code: 'vendor_required' }]
      throw new DomainError('invalid_request', 'vendorId: Say whose device it is', { errors })
    }
    const vendor = await store.users.byId(vendorId)
    if (vendor?.role !== 'vendor' || !vendor.active) throw new DomainError('unknown_vendor')
    return vendor
  }
}

function itself(actor: Actor, vendorId: string | undefined): { id: string } {
  if (vendorId && vendorId !== actor.id) throw new DomainError('forbidden', 'A vendor’s devices are their own.')
  return actor
}
