import { computed } from '@preact/signals'
import * as z from 'zod/mini'
import type { Service } from '#shared/catalogue.ts'
import type { OrderItem } from '#shared/orders.ts'
import type { Catalogue } from './catalogue.ts'
import { sharedSetting } from '../ui/shared-setting.ts'
import { readOnly } from '../read-only.ts'

const StoredCart = z.record(z.string(), z.int())
const MAX_QUANTITY = 999

export interface CartLine {
  service: Service
  quantity: number
}

export type Cart = ReturnType<typeof createCart>

/** The cart: quantities by service, one for all tabs of this browser. The model that creates it ends its effects. */
export function createCart({ catalogue, customerId }: { catalogue: Pick<Catalogue, 'services'>; customerId: string }) {
  const quantities = sharedSetting<Readonly<Record<string, number>>>(
    `cart.${customerId}`,
    (stored) => StoredCart.safeParse(stored).data ?? {},
    (chosen) => (Object.keys(chosen).length > 0 ? JSON.stringify(chosen) : null),
  )

  // A service that is no longer offered is removed.
  const lines = computed((): CartLine[] =>
    (catalogue.services.value ?? []).flatMap((service) => {
      const quantity = quantities.value[service.id] ?? 0
      return service.active && quantity > 0 ? [{ service, quantity }] : []
    }),
  )

  function set(serviceId: string, quantity: number): void {
    const { [serviceId]: _, ...others } = quantities.peek()
    quantities.value = quantity > 0 ? { ...others, [serviceId]: Math.min(quantity, MAX_QUANTITY) } : others
  }

  return {
    lines,
    total: computed(() => lines.value.reduce((sum, { service, quantity }) => sum + service.price * quantity, 0)),
    minutes: computed(() =>
      lines.value.reduce((sum, { service, quantity }) => sum + service.durationMinutes * quantity, 0),
    ),
    count: computed(() => lines.value.reduce((sum, { quantity }) => sum + quantity, 0)),
    currency: computed(() => catalogue.services.value?.[0]?.currency ?? 'USD'),
    /** By service id. */
    quantities: readOnly<Readonly<Record<string, number>>>(quantities),
    set,
    clear: () => void (quantities.value = {}),
    /** Replaces the cart by the items of an earlier order. */
    refill: (items: readonly OrderItem[]) => {
      quantities.value = Object.fromEntries(items.map(({ serviceId, quantity }) => [serviceId, quantity]))
    },
  }
}
