import { batch, computed, effect } from '@preact/signals'
import * as z from 'zod/mini'
import type { Service } from '#shared/catalogue.ts'
import { chosenOptions, minutesOfOptions, optionProblems, priceOfOptions } from '#shared/choose-options.ts'
import type { Order } from '#shared/orders.ts'
import type { ItemOption } from '#shared/service-options.ts'
import type { Catalogue } from './catalogue.ts'
import { lineKey, lineOf } from './line-key.ts'
import { sharedSetting } from '../ui/shared-setting.ts'
import { readOnly } from '../../live/read-only.ts'

const StoredCart = z.record(z.string(), z.int())
/** `price`: absent where it is of another currency. `options`: the names of the chosen ones by id. */
const StoredAgreed = z.record(
  z.string(),
  z.object({
    name: z.string(),
    price: z.optional(z.int()),
    options: z.optional(z.record(z.string(), z.string())),
  }),
)
type Agreed = z.infer<typeof StoredAgreed>
const MAX_QUANTITY = 999

export interface CartLine {
  /** line-key.ts */
  key: string
  service: Service
  options: readonly ItemOption[]
  quantity: number
  /** With the options. */
  unitPrice: number
  /** The unit price for which the customer chose it. */
  agreedPrice: number
}

/** A service in the cart that is no longer offered. */
export interface MissingLine {
  serviceId: string
  /** null when this browser has never seen it. */
  name: string | null
}

/** A line whose options have to be chosen again: the service has others now. */
export interface OutdatedLine {
  key: string
  service: Service
  /** The ids of those that still exist. */
  choices: readonly string[]
  /** The names of the others that this browser has seen. */
  gone: readonly string[]
}

export type Cart = ReturnType<typeof createCart>

interface CartDependencies {
  catalogue: Pick<Catalogue, 'services' | 'currency'>
  customerId: string
}

/**
 * The cart: quantities by line, and the price for which each was chosen, one for all tabs of this browser. The model that
 * creates it ends its effects.
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

  // The price that is shown when a line comes into the cart is the one for which it was chosen.
  effect(() => {
    const chosen = Object.keys(quantities.value)
    const before = agreed.peek()
    const now = chosen.flatMap((key): [string, Agreed[string]][] => {
      const { serviceId, choices } = lineOf(key)
      const service = offered.value.get(serviceId)
      const one = before[key] ?? (service && agreedTo(service, choices))
      const isComplete = service && optionProblems(service.options ?? [], choices).length === 0
      return one
        ? [[key, { ...one, price: one.price ?? (isComplete ? unitPriceOf(service, choices) : undefined) }]]
        : []
    })
    agreed.value = Object.fromEntries(now)
  })

  const offeredLines = computed(() =>
    [...offered.value.values()].flatMap((service) =>
      Object.entries(quantities.value).flatMap(([key, quantity]) => {
        const { serviceId, choices } = lineOf(key)
        if (serviceId !== service.id || quantity <= 0) return []
        return [{ key, service, choices, quantity, problems: optionProblems(service.options ?? [], choices) }]
      }),
    ),
  )

  const lines = computed((): CartLine[] =>
    offeredLines.value.flatMap(({ key, service, choices, quantity, problems }) => {
      if (problems.length > 0) return []
      const unitPrice = unitPriceOf(service, choices)
      const agreedPrice = agreed.value[key]?.price ?? unitPrice
      return [
        { key, service, options: chosenOptions(service.options ?? [], choices), quantity, unitPrice, agreedPrice },
      ]
    }),
  )

  const outdated = computed((): OutdatedLine[] =>
    offeredLines.value.flatMap(({ key, service, choices, problems }) => {
      if (problems.length === 0) return []
      const unknown = new Set(problems.flatMap((one) => (one.code === 'unknown_option' ? [one.choice] : [])))
      const names = agreed.value[key]?.options ?? {}
      return [
        {
          key,
          service,
          choices: choices.filter((choice) => !unknown.has(choice)),
          gone: [...unknown].flatMap((choice) => names[choice] ?? []),
        },
      ]
    }),
  )

  const missing = computed((): MissingLine[] => {
    const known = catalogue.services.value
    if (!known) return []
    const chosen = Object.keys(quantities.value).map((key) => [lineOf(key).serviceId, key] as const)
    return [...new Map(chosen)]
      .filter(([id]) => !offered.value.has(id))
      .map(([serviceId, key]) => {
        const name = known.find(({ id }) => id === serviceId)?.name ?? agreed.value[key]?.name ?? null
        return { serviceId, name }
      })
  })

  const sum = (amountOf: (line: CartLine) => number) =>
    lines.value.reduce((total, line) => total + amountOf(line) * line.quantity, 0)

  function set(key: string, quantity: number): void {
    const { [key]: _, ...others } = quantities.peek()
    quantities.value = quantity > 0 ? { ...others, [key]: Math.min(quantity, MAX_QUANTITY) } : others
  }

  return {
    lines,
    /** What the cart still holds and cannot be ordered. */
    missing,
    outdated,
    /** The lines whose price is another one than when they were chosen. */
    changed: computed(() => lines.value.filter(({ unitPrice, agreedPrice }) => unitPrice !== agreedPrice)),
    total: computed(() => sum(({ unitPrice }) => unitPrice)),
    agreedTotal: computed(() => sum(({ agreedPrice }) => agreedPrice)),
    minutes: computed(() => sum(({ service, options }) => service.durationMinutes + minutesOfOptions(options))),
    count: computed(() => lines.value.reduce((count, { quantity }) => count + quantity, 0)),
    currency: computed(() => catalogue.currency.value ?? ''),
    /** By line-key.ts. */
    quantities: readOnly<Readonly<Record<string, number>>>(quantities),
    set,
    /** One more of the service with these options. */
    add(serviceId: string, choices: readonly string[]): void {
      const key = lineKey(serviceId, choices)
      set(key, (quantities.peek()[key] ?? 0) + 1)
    },
    /** The same quantity with other options. */
    chooseAgain(key: string, choices: readonly string[]): void {
      const next = lineKey(lineOf(key).serviceId, choices)
      const quantity = quantities.peek()[key] ?? 0
      batch(() => {
        set(key, 0)
        set(next, (quantities.peek()[next] ?? 0) + quantity)
      })
    },
    /** Every line of the service. */
    remove(serviceId: string): void {
      const others = Object.entries(quantities.peek()).filter(([key]) => lineOf(key).serviceId !== serviceId)
      quantities.value = Object.fromEntries(others)
    },
    /** The customer agrees to the prices that are shown now. */
    agree(): void {
      const prices = lines.peek().map(({ key, service, options, unitPrice }) => {
        const choices = options.map(({ choice }) => choice)
        return [key, { ...agreedTo(service, choices), price: unitPrice }] as const
      })
      agreed.value = { ...agreed.peek(), ...Object.fromEntries(prices) }
    },
    clear: () => void (quantities.value = {}),
    /** Adds the items of an earlier order; of a line that is in the cart the larger quantity counts, so twice adds no more. */
    merge({ items, currency }: Pick<Order, 'items' | 'currency'>): void {
      const earlier: Agreed = {}
      const next = { ...quantities.peek() }
      for (const { serviceId, name, quantity, unitPrice, options = [] } of items) {
        const key = lineKey(
          serviceId,
          options.map(({ choice }) => choice),
        )
        const names = Object.fromEntries(options.map((option) => [option.choice, option.name]))
        const named = { name, ...(options.length > 0 && { options: names }) }
        earlier[key] = currency === catalogue.currency.peek() ? { ...named, price: unitPrice } : named
        next[key] = Math.max(quantity, next[key] ?? 0)
      }
      // Together: the effect above drops what is agreed for a line that is not in the cart.
      batch(() => {
        agreed.value = { ...earlier, ...agreed.peek() }
        quantities.value = next
      })
    },
  }
}

const unitPriceOf = ({ price, options = [] }: Service, choices: readonly string[]): number =>
  price + priceOfOptions(chosenOptions(options, choices))

/** What is stored of a line, without its price. */
function agreedTo({ name, options = [] }: Service, choices: readonly string[]): Agreed[string] {
  const named = chosenOptions(options, choices).map((option) => [option.choice, option.name] as const)
  return named.length > 0 ? { name, options: Object.fromEntries(named) } : { name }
}
