import { computed, createModel, effect } from '@preact/signals'
import * as z from 'zod/mini'
import { PlaceOrder } from '#shared/order-input.ts'
import { Order, OrderItem } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import type { Api } from '../../live/api.ts'
import { ApiError } from '../session/api-error.ts'
import type { Cart } from './cart.ts'
import type { Catalogue } from './catalogue.ts'
import { timeOf } from '../ui/schedule-time.ts'
import { createForm } from '../ui/form.ts'
import type { Orders } from '../../live/orders.ts'
import { createRetry } from '../../live/retry.ts'
import { readPosition, whereOf } from '../place/position-field.ts'
import { createSubmissionKey } from '../session/submission-key.ts'
import { readJsonSetting, writeSetting } from '../ui/local-storage.ts'

const StoredContact = z.object({
  phone: z.string(),
  address: z.string(),
  area: z._default(z.string(), ''),
  position: z._default(z.string(), ''),
})

export type CheckoutModel = InstanceType<typeof CheckoutModel>

/** Turns the cart into an order. Phone, address and position are stored for the next one. The model that creates it ends its effects. */
export function createCheckout({ api, orders, catalogue, cart, customerId }: CheckoutDependencies) {
  const key = `contact.${customerId}`
  const stored = StoredContact.safeParse(readJsonSetting(key))
  const contact = stored.success ? stored.data : { phone: '', address: '', area: '', position: '' }
  const form = createForm(
    { ...contact, notes: '', when: 'now', time: '' },
    {
      paths: { phone: 'contact.phone', address: 'contact.address', area: 'contact.area', time: 'scheduledFor' },
      draft: `checkout.${customerId}`,
    },
  )
  const submission = createSubmissionKey(`submission.${customerId}`)
  const retry = createRetry()
  effect(() => {
    const { phone, address, area, position } = form.values.value
    writeSetting(key, JSON.stringify({ phone, address, area, position }))
  })

  /** Shows in the cart what a refusal says about its services, then fails with it. */
  async function correctCart(error: unknown): Promise<never> {
    const { code, problem } = error instanceof ApiError ? error : { code: null, problem: {} }
    const hasOptions = cart.lines.peek().some(({ options }) => options.length > 0)
    // The refusal does not say what each option costs now.
    if (code === 'invalid_options' || (code === 'price_changed' && hasOptions)) {
      await catalogue.load()
      throw error
    }
    const changes = code === 'price_changed' || code === 'unknown_service' ? Refusal.safeParse(problem).data : undefined
    const prices = changes?.items?.map(({ serviceId, unitPrice }) => ({ id: serviceId, price: unitPrice }))
    const withdrawn = changes?.services?.map(({ serviceId }) => ({ id: serviceId, active: false }))
    if (changes) catalogue.correct([...(prices ?? []), ...(withdrawn ?? [])])
    throw error
  }

  // After the page is left, the order is not sent again.
  effect(() => retry.cancel)

  return {
    form,
    /** What is asked about before the order is placed (able-check.ts). */
    checked: computed(() => ({
      serviceIds: cart.lines.value.map(({ service }) => service.id),
      contact: whereOf(form.values.value),
    })),
    /** Whether sending the order has failed so far; it is retried by itself. */
    waiting: retry.waiting,
    cancel: retry.cancel,
    /** Agrees to the prices that are shown now. Nothing is ordered yet. */
    agree(): void {
      cart.agree()
      form.fail({})
    },
    /** Removes a service that is no longer offered. */
    remove(serviceId: string): void {
      cart.remove(serviceId)
      form.fail({})
    },
    /** Removes one line. */
    drop(line: string): void {
      cart.set(line, 0)
      form.fail({})
    },
    chooseAgain(line: string, choices: readonly string[]): void {
      cart.chooseAgain(line, choices)
      form.fail({})
    },
    /** Resolves to the order's id, or to null when it was not placed; the form shows why. */
    async place(): Promise<string | null> {
      const { phone, address, area, position, notes, when, time } = form.values.peek()
      if (cart.missing.peek().length > 0) return form.fail({}, () => t().customer.removeFirst)
      if (cart.outdated.peek().length > 0) return form.fail({}, () => t().serviceOptions.chooseAgainFirst)
      if (cart.changed.peek().length > 0) return form.fail({}, () => t().workErrors.price_changed)
      const scheduled = when === 'later' ? timeOf(time) : null
      const body = {
        items: cart.lines.peek().map(({ service, quantity, options }) => ({
          serviceId: service.id,
          quantity,
          ...(options.length > 0 && { options: options.map(({ choice }) => choice) }),
        })),
        contact: { phone, address, ...(area.trim() ? { area } : {}), ...readPosition(position) },
        ...(notes.trim() ? { notes } : {}),
        scheduledFor: typeof scheduled === 'string' ? scheduled : null,
        expectedTotal: cart.agreedTotal.peek(),
      }
      return form.submit(
        PlaceOrder,
        body,
        async (input) => {
          // However often the request is sent, one key creates one order.
          const headers = { 'idempotency-key': submission.keyFor(input) }
          const order = await retry.run(() => api.post('/orders', Order, input, headers)).catch(correctCart)
          orders.apply(order)
          cart.clear()
          form.change('notes', '')
          form.change('when', 'now')
          form.change('time', '')
          submission.done()
          return order.id
        },
        typeof scheduled === 'function' ? { time: scheduled } : {},
      )
    },
  }
}

/** The customer's model (customer.ts) makes it and ends it. */
export const CheckoutModel = createModel(createCheckout)

interface CheckoutDependencies {
  api: Pick<Api, 'post'>
  orders: Orders
  catalogue: Pick<Catalogue, 'correct' | 'load'>
  cart: Cart
  customerId: string
}

/** What price_changed and unknown_service say about the services of the order. */
const Refusal = z.object({
  items: z.optional(z.array(OrderItem)),
  services: z.optional(z.array(z.object({ serviceId: z.string() }))),
})
