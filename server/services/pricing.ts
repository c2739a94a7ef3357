import { isAvailableAt } from '#shared/available-hours.ts'
import type { Service } from '#shared/catalogue.ts'
import { chosenOptions, optionProblems, priceOfOptions } from '#shared/choose-options.ts'
import type { FieldError } from '#shared/errors.ts'
import type { PlaceOrder } from '#shared/order-input.ts'
import type { OrderItem } from '#shared/orders.ts'
import { joinProofs, type Proof } from '#shared/proof.ts'
import type { Clock } from '../lib/clock.ts'
import { DomainError } from '../lib/errors.ts'
import type { Store } from '../storage/store.ts'
import { isOffered } from './shop-currency.ts'

export interface PricingDependencies {
  store: Pick<Store, 'services'>
  clock: Pick<Clock, 'now'>
  currency: string
}

type PricedInput = Pick<PlaceOrder, 'items' | 'expectedTotal' | 'scheduledFor'>

/** `name`: null when there is no such service. */
interface RefusedService {
  serviceId: string
  name: string | null
}

type Refused = RefusedService & { error: FieldError }

/**
 * The items with the names and prices of the catalogue, and what their services ask for as proof. Throws unknown_service,
 * invalid_options or not_available_then, which name every service that cannot be ordered so, and price_changed when the total
 * is not the one that the customer was shown.
 */
export async function priced(
  { store, clock, currency }: PricingDependencies,
  input: PricedInput,
): Promise<{ items: OrderItem[]; proof?: Proof }> {
  const { items: wanted, expectedTotal } = input
  const found = await store.services.byIds([...new Set(wanted.map((item) => item.serviceId))])
  const known = new Map(found.map((service) => [service.id, service]))
  const items: OrderItem[] = []
  const proofs: Proof[] = []
  const refused: Refused[] = []
  const wrong: Refused[] = []
  const unavailable: Refused[] = []
  const due = () => (input.scheduledFor ? Date.parse(input.scheduledFor) : clock.now())
  for (const [index, item] of wanted.entries()) {
    const service = known.get(item.serviceId)
    if (!service || !isOffered(service, currency)) {
      refused.push(notOffered(index, item.serviceId, service?.name ?? null))
      continue
    }
    const { id: serviceId, name, availableHours } = service
    // Most services have neither options nor hours.
    if (item.options || service.options) wrong.push(...wrongOptions(index, service, item.options ?? []))
    if (availableHours && !isAvailableAt(availableHours, due())) {
      const message = `${name} is not available at that time`
      const error = { path: `items.${index}.serviceId`, message, code: 'not_available_then' }
      unavailable.push({ serviceId, name, error })
    }
    if (service.proof) proofs.push(service.proof)
    items.push(itemOf(service, item))
  }
  if (refused.length > 0) throw refusal('unknown_service', refused)
  if (wrong.length > 0) throw refusal('invalid_options', wrong)
  if (unavailable.length > 0) throw refusal('not_available_then', unavailable)
  checkTotal(items, currency, expectedTotal)
  return { items, proof: proofs.length > 0 ? joinProofs(proofs) : undefined }
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

function itemOf(service: Service, { quantity, options: chosen }: PlaceOrder['items'][number]): OrderItem {
  const { id: serviceId, name, price, options: groups = [] } = service
  if (!chosen?.length) return { serviceId, name, quantity, unitPrice: price }
  const options = chosenOptions(groups, chosen)
  return { serviceId, name, quantity, unitPrice: price + priceOfOptions(options), options }
}

/** In minor units. */
export const totalOf = (items: readonly OrderItem[]): number =>
  items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0)

const notOffered = (index: number, serviceId: string, name: string | null): Refused => ({
  serviceId,
  name,
  error: {
    path: `items.${index}.serviceId`,
    message: name === null ? 'There is no such service' : `${name} is not offered now`,
    code: 'unknown_service',
  },
})

function wrongOptions(index: number, { id, name, options = [] }: Service, chosen: readonly string[]): Refused[] {
  return optionProblems(options, chosen).map((problem) => {
    const message =
      problem.code === 'unknown_option'
        ? `${name} has no option ${problem.choice}`
        : problem.code === 'option_required'
          ? `${name}: choose at least one of "${problem.group}"`
          : `${name}: choose only one of "${problem.group}"`
    return { serviceId: id, name, error: { path: `items.${index}.options`, message, code: problem.code } }
  })
}

function refusal(
  code: 'unknown_service' | 'invalid_options' | 'not_available_then',
  refused: readonly Refused[],
): DomainError {
  const errors = refused.map(({ error }) => error)
  const services = [...new Map(refused.map(({ serviceId, name }) => [serviceId, { serviceId, name }])).values()]
  return new DomainError(code, errors.map(({ message }) => message).join('; '), { errors, services })
}
