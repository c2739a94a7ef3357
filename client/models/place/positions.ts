import { signal, type Signal } from '@preact/signals'
import type { LocationEvent, TrackingEvent } from '#shared/device-messages.ts'
import { OrderPosition, VendorPositions, type VendorPosition } from '#shared/vendor-positions.ts'
import type { Api } from '../../live/api.ts'
import { readOnly } from '../../live/read-only.ts'

export type Positions = ReturnType<typeof createPositions>

/** Where vendors are: by order for its customer, by vendor for admins. The newest of what was read and what was heard. */
export function createPositions({ get }: Pick<Api, 'get'>) {
  const ofOrders = signal<ReadonlyMap<string, OrderPosition>>(new Map())
  const ofVendors = signal<ReadonlyMap<string, VendorPosition>>(new Map())

  return {
    ofOrders: readOnly(ofOrders),
    ofVendors: readOnly(ofVendors),

    tracked({ orderId, eta, ...position }: TrackingEvent): void {
      const known = ofOrders.peek().get(orderId)?.position
      if (!known || known.at <= position.at) set(ofOrders, orderId, { position, eta: eta ?? null })
    },

    located(position: LocationEvent): void {
      const known = ofVendors.peek().get(position.vendorId)
      if (!known || known.at <= position.at) set(ofVendors, position.vendorId, position)
    },

    /** Without an answer what is known stays. */
    async loadOf(orderId: string): Promise<void> {
      const found = await get(`/orders/${encodeURIComponent(orderId)}/position`, OrderPosition).catch(() => null)
      if (!found) return
      const known = ofOrders.peek().get(orderId)?.position
      const isOlder = known && found.position && found.position.at < known.at
      set(ofOrders, orderId, isOlder ? { ...found, position: known } : found)
    },

    /** Those of all vendors. Rejects with ApiError. */
    async loadAll(): Promise<void> {
      const { positions } = await get('/positions', VendorPositions)
      const all = new Map(positions.map((position) => [position.vendorId, position]))
      for (const [id, known] of ofVendors.peek()) {
        if (known.at > (all.get(id)?.at ?? '')) all.set(id, known)
      }
      ofVendors.value = all
    },
  }
}

function set<Value>(map: Signal<ReadonlyMap<string, Value>>, key: string, value: Value): void {
  map.value = new Map(map.peek()).set(key, value)
}
