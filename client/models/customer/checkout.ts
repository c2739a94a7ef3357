import { effect, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { Order, PlaceOrder } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import type { Api } from '../session/api.ts'
import type { Cart } from './cart.ts'
import { createForm } from '../ui/form.ts'
import type { Orders } from '../orders/orders.ts'
import { createRetry } from '../sync/retry.ts'
import { randomKey } from '../session/random-key.ts'
import { readJsonSetting, writeSetting } from '../ui/local-storage.ts'

const StoredContact = z.object({ phone: z.string(), address: z.string(), area: z._default(z.string(), '') })

export type Checkout = ReturnType<typeof createCheckout>

/** Turns the cart into an order. Phone and address are stored for the next one. The model that creates it ends its effects. */
export function createCheckout({ api, orders, cart, customerId }: CheckoutDependencies) {
  const key = `contact.${customerId}`
  const stored = StoredContact.safeParse(readJsonSetting(key))
  const contact = stored.success ? stored.data : { phone: '', address: '', area: '' }
  const form = createForm(
    { ...contact, notes: '', time: '' },
    { phone: 'contact.phone', address: 'contact.address', area: 'contact.area', time: 'scheduledFor' },
  )
  const when = signal<'now' | 'later'>('now')
  const submission = createSubmissionKey(`submission.${customerId}`)
  const retry = createRetry()
  effect(() => {
    const { phone, address, area } = form.values.value
    writeSetting(key, JSON.stringify({ phone, address, area }))
  })

  // After the page is left, the order is not sent again.
  effect(() => retry.cancel)

  return {
    form,
    when,
    /** Whether sending the order has failed so far; it is retried by itself. */
    waiting: retry.waiting,
    cancel: retry.cancel,
    /** Resolves to the order's id, or to null when it was not placed; the form shows why. */
    async place(): Promise<string | null> {
      const { phone, address, area, notes, time } = form.values.peek()
      const later = when.peek() === 'later'
      if (later && !time) return form.fail({ time: () => t().fields.time })
      const body = {
        items: cart.lines.peek().map(({ service, quantity }) => ({ serviceId: service.id, quantity })),
        contact: { phone, address, ...(area.trim() ? { area } : {}) },
        ...(notes.trim() ? { notes } : {}),
        scheduledFor: later ? new Date(time).toISOString() : null,
      }
      return form.submit(PlaceOrder, body, async (input) => {
        // However often the request is sent, one key creates one order.
        const headers = { 'idempotency-key': submission.keyFor(input) }
        const order = await retry.run(() => api.post('/orders', Order, input, headers))
        orders.apply(order)
        cart.clear()
        form.change('notes', '')
        submission.done()
        return order.id
      })
    },
  }
}

interface CheckoutDependencies {
  api: Pick<Api, 'post'>
  orders: Orders
  cart: Cart
  customerId: string
}

const Submission = z.object({ body: z.string(), key: z.string() })

/**
 * The idempotency key of a submission: the same for the same body, a new one for another body. It is stored under `name`,
 * so that a retry after a reload creates no second order.
 */
export function createSubmissionKey(name: string, random: () => string = randomKey) {
  let last = Submission.safeParse(readJsonSetting(name)).data
  return {
    keyFor(body: unknown): string {
      const text = JSON.stringify(body)
      if (last?.body !== text) last = { body: text, key: random() }
      writeSetting(name, JSON.stringify(last))
      return last.key
    },
    done() {
      last = undefined
      writeSetting(name, null)
    },
  }
}
