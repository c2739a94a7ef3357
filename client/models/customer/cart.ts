import { batch, computed, effect } from '@preact/signals'
import * as z from 'zod/mini'
import type { Service } from '#shared/catalogue.ts'
import type { Order } from '#shared/orders.ts'
import type { Catalogue } from './catalogue.ts'
import { sharedSetting } from '../ui/shared-setting.ts'
import { readOnly } from '../../live/read-only.ts'

const StoredCart = z.record(z.string(), z.int())
/** `price`: absent where it is of another currency. */
const StoredAgreed = z.record(z.string(), z.object({ name: z.string(), price: z.optional(z.int()) }))
type Agreed = z.infer<typeof StoredAgreed>
const MAX_QUANTITY = 999

export interface CartLine {
  service: Service
  quantity: number
  /** The price for which the customer chose it. */
  agreedPrice: number
}

/** A service in the cart that is no longer offered. */
export interface MissingLine {
  serviceId: string
  /** null when this browser has never seen it. */
  name: string | null
}

export type Cart = ReturnType<typeof createCart>

interface CartDependencies {
  catalogue: Pick<Catalogue, 'services' | 'currency'>
  customerId: string
}

/**
 * The cart: quantities by service, and the price for which each was chosen, one for all tabs of this browser. The model
 * that creates it ends its effects.
 */
export function createCart({ catalogue, customerId }: CartDependencies) {
  const format = (values: object) => (Object.keys(values).length > 0 ? JSON.stringify(values) : null)
  const quantities = sharedSetting<Readonly<Record<string, number>>>(
    `cart.${customerId}`,
    (stored) => StoredCart.safeParse(stored).data ?? {},
    format,
  )
  const agreed = sharedSetting<Readonly<Agreed>>(
    `cart-agreed.${customerId}`,
    (stored) => StoredAgreed.safeParse(stored).data ?? {},
    format,
  )

  const offered = computed(
    () => new Map(catalogue.services.value?.flatMap((one) => (one.active ? [[one.id, one] as const] : []))),
  )

  // The price that is shown when a service comes into the cart is the one for which it was chosen.
  effect(() => {
    const chosen = Object.keys(quantities.value)
    const before = agreed.peek()
    const now = chosen.flatMap((id): [string, Agreed[string]][] => {
      const service = offered.value.get(id)
      const one = before[id] ?? (service && { name: service.name })
      return one ? [[id, { ...one, price: one.price ?? service?.price }]] : []
    })
    agreed.value = Object.fromEntries(now)
  })

  const lines = computed((): CartLine[] =>
    [...offered.value.values()].flatMap((service) => {
      const quantity = quantities.value[service.id] ?? 0
      const agreedPrice = agreed.value[service.id]?.price ?? service.price
      return quantity > 0 ? [{ service, quantity, agreedPrice }] : []
    }),
  )

  const missing = computed((): MissingLine[] => {
    const known = catalogue.services.value
    if (!known) return []
    return Object.keys(quantities.value)
      .filter((id) => !offered.value.has(id))
      .map((serviceId) => {
        const name = known.find(({ id }) => id === serviceId)?.name ?? agreed.value[serviceId]?.name ?? null
        return { serviceId, name }
      })
  })

  const sum = (amountOf: (line: CartLine) => number) =>
    lines.value.reduce((total, line) => total + amountOf(line) * line.quantity, 0)

  function set(serviceId: string, quantity: number): void {
    const { [serviceId]: _, ...others } = quantities.peek()
    quantities.value = quantity > 0 ? { ...others, [serviceId]: Math.min(quantity, MAX_QUANTITY) } : others
  }

  return {
    lines,
    /** What the cart still holds and cannot be ordered. */
    missing,
    /** The lines whose price is another one than when they were chosen. */
    changed: computed(() => lines.value.filter(({ service, agreedPrice }) => service.price !== agreedPrice)),
    total: computed(() => sum(({ service }) => service.price)),
    agreedTotal: computed(() => sum(({ agreedPrice }) => agreedPrice)),
    minutes: computed(() => sum(({ service }) => service.durationMinutes)),
    count: computed(() => lines.value.reduce((count, { quantity }) => count + quantity, 0)),
    currency: computed(() => catalogue.currency.value ?? ''),
    /** By service id. */
    quantities: readOnly<Readonly<Record<string, number>>>(quantities),
    set,
    /** The customer agrees to the prices that are shown now. */
    agree(): void {
      const prices = lines.peek().map(({ service: { id, name, price } }) => [id, { name, price }] as const)
      agreed.value = { ...agreed.peek(), ...Object.fromEntries(prices) }
    },
    clear: () => void (quantities.value = {}),
    /** Adds the items of an earlier order; of a service that is in the cart the larger quantity counts, so twice adds no more. */
    merge({ items, currency }: Pick<Order, 'items' | 'currency'>): void {
      const earlier: Agreed = {}
      const next = { ...quantities.peek() }
      for (const { serviceId, name, quantity, unitPrice } of items) {
        earlier[serviceId] = currency === catalogue.currency.peek() ? { name, price: unitPrice } : { name }
        next[serviceId] = Math.max(quantity, next[serviceId] ?? 0)
      }
      // Together: the effect above drops what is agreed for a service that is not in the cart.
      batch(() => {
        agreed.value = { ...earlier, ...agreed.peek() }
        quantities.value = next
      })
    },
  }
}
