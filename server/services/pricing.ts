import type { FieldError } from '#shared/errors.ts'
import type { OrderItem, PlaceOrder } from '#shared/orders.ts'
import { DomainError } from '../lib/errors.ts'
import type { Store } from '../storage/store.ts'
import { isOffered } from './shop-currency.ts'

export interface PricingDependencies {
  store: Pick<Store, 'services'>
  currency: string
}

/**
 * The items with the names and prices of the catalogue. Throws unknown_service, which names every service that is not
 * offered, and price_changed when the total is not the one that the customer was shown.
 */
export async function priced(
  { store, currency }: PricingDependencies,
  { items: wanted, expectedTotal }: Pick<PlaceOrder, 'items' | 'expectedTotal'>,
): Promise<OrderItem[]> {
  const found = await store.services.byIds([...new Set(wanted.map((item) => item.serviceId))])
  const known = new Map(found.map((service) => [service.id, service]))
  const items: OrderItem[] = []
  const refused: { index: number; serviceId: string; name: string | null }[] = []
  for (const [index, { serviceId, quantity }] of wanted.entries()) {
    const service = known.get(serviceId)
    if (service && isOffered(service, currency))
      items.push({ serviceId, name: service.name, quantity, unitPrice: service.price })
    else refused.push({ index, serviceId, name: service?.name ?? null })
  }
  if (refused.length > 0) throw notOffered(refused)
  checkTotal(items, currency, expectedTotal)
  return items
}

/** Throws price_changed when the total is not the one that the customer was shown. */
export function checkTotal(items: readonly OrderItem[], currency: string, expectedTotal: number | undefined): void {
  const totalAmount = totalOf(items)
  if (expectedTotal === undefined || expectedTotal === totalAmount) return
  throw new DomainError('price_changed', `The total is ${totalAmount} now, not ${expectedTotal}.`, {
    items,
    totalAmount,
    currency,
    expectedTotal,
  })
}

/** In minor units. */
export const totalOf = (items: readonly OrderItem[]): number =>
  items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0)

function notOffered(refused: readonly { index: number; serviceId: string; name: string | null }[]): DomainError {
  const errors = refused.map(({ index, name }): FieldError => ({
    path: `items.${index}.serviceId`,
    message: name === null ? 'There is no such service' : `${name} is not offered now`,
    code: 'unknown_service',
  }))
  const services = [...new Map(refused.map(({ serviceId, name }) => [serviceId, { serviceId, name }])).values()]
  return new DomainError('unknown_service', errors.map(({ message }) => message).join('; '), { errors, services })
}
