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

const Kept = z.object({ phone: z.string(), address: z.string() })

export type Checkout = ReturnType<typeof createCheckout>

/** From a cart to an order. Phone and address are remembered here for the next time. */
export function createCheckout({ api, orders, cart, customerId }: CheckoutDependencies) {
  const key = `contact.${customerId}`
  const kept = Kept.safeParse(readJsonSetting(key))
  const contact = kept.success ? kept.data : { phone: '', address: '' }
  const form = createForm(
    { ...contact, notes: '', time: '' },
    { phone: 'contact.phone', address: 'contact.address', time: 'scheduledFor' },
  )
  const when = signal<'now' | 'later'>('now')
  const submission = createSubmissionKey(`submission.${customerId}`)
  const retry = createRetry()
  effect(() => {
    const { phone, address } = form.values.value
    writeSetting(key, JSON.stringify({ phone, address }))
  })

  // A page that is left sends no order.
  effect(() => retry.cancel)

  return {
    form,
    when,
    /** Whether the order could not be sent yet; it is tried again by itself. */
    waiting: retry.waiting,
    cancel: retry.cancel,
    /** Resolves to the order's id, or null when it was not placed; the form says why. */
    async place(): Promise<string | null> {
      const { phone, address, notes, time } = form.values.peek()
      const later = when.peek() === 'later'
      if (later && !time) return form.fail({ time: () => t().fields.time })
      const body = {
        items: cart.lines.peek().map(({ service, quantity }) => ({ serviceId: service.id, quantity })),
        contact: { phone, address },
        ...(notes.trim() ? { notes } : {}),
        scheduledFor: later ? new Date(time).toISOString() : null,
      }
      return form.submit(PlaceOrder, body, async (input) => {
        // One key a submission: however often it is sent, it is one order.
        const headers = { 'idempotency-key': submission.keyFor(input) }
        const order = await retry.run(() => api.post('/orders', Order, input, headers))
        orders.take(order)
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
 * One key a submission: the same while the same body is tried again, another as soon as the body is another. It is
 * remembered under `name`: whoever reloads amid an attempt and tries again makes no second order.
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
