import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import * as z from 'zod/mini'
import type { Service } from '#shared/catalogue.ts'
import type { OrderItem } from '#shared/orders.ts'
import type { Catalogue } from './catalogue.ts'
import { readJsonSetting, writeSetting } from '../ui/local-storage.ts'

const Kept = z.record(z.string(), z.int())
const MOST = 999

export interface CartLine {
  service: Service
  quantity: number
}

export type Cart = ReturnType<typeof createCart>

/** What a customer is about to order: quantities by service, kept in this browser until it is ordered. */
export function createCart({ catalogue, customerId }: { catalogue: Pick<Catalogue, 'services'>; customerId: string }) {
  const key = `cart.${customerId}`
  const kept = Kept.safeParse(readJsonSetting(key))
  const quantities = signal<Readonly<Record<string, number>>>(kept.success ? kept.data : {})
  effect(() => {
    const chosen = quantities.value
    writeSetting(key, Object.keys(chosen).length > 0 ? JSON.stringify(chosen) : null)
  })

  // What is no longer offered drops out by itself.
  const lines = computed((): CartLine[] =>
    (catalogue.services.value ?? []).flatMap((service) => {
      const quantity = quantities.value[service.id] ?? 0
      return service.active && quantity > 0 ? [{ service, quantity }] : []
    }),
  )

  function set(serviceId: string, quantity: number): void {
    const { [serviceId]: _, ...others } = quantities.peek()
    quantities.value = quantity > 0 ? { ...others, [serviceId]: Math.min(quantity, MOST) } : others
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
    quantities: quantities as ReadonlySignal<Readonly<Record<string, number>>>,
    set,
    clear: () => void (quantities.value = {}),
    /** The same again. */
    refill: (items: readonly OrderItem[]) => {
      quantities.value = Object.fromEntries(items.map(({ serviceId, quantity }) => [serviceId, quantity]))
    },
  }
}
