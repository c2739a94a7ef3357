import { effect, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { Order, PlaceOrder } from '#shared/orders.ts'
import type { Api } from './api.ts'
import type { Cart } from './cart.ts'
import { createForm } from './form.ts'
import type { Orders } from './orders.ts'
import { recallJson, remember } from './remembered.ts'

const Kept = z.object({ phone: z.string(), address: z.string() })

export type Checkout = ReturnType<typeof createCheckout>

/** From a cart to an order. Phone and address are remembered here for the next time. */
export function createCheckout({ api, orders, cart, customerId }: CheckoutDependencies) {
  const key = `contact.${customerId}`
  const kept = Kept.safeParse(recallJson(key))
  const contact = kept.success ? kept.data : { phone: '', address: '' }
  const form = createForm(
    { ...contact, notes: '', time: '' },
    { phone: 'contact.phone', address: 'contact.address', time: 'scheduledFor' },
  )
  const when = signal<'now' | 'later'>('now')
  const submission = createSubmissionKey()
  const stop = effect(() => {
    const { phone, address } = form.values.value
    remember(key, JSON.stringify({ phone, address }))
  })

  return {
    form,
    when,
    stop,
    /** Resolves to the order's id, or null when it was not placed; the form says why. */
    async place(): Promise<string | null> {
      const { phone, address, notes, time } = form.values.peek()
      const later = when.peek() === 'later'
      if (later && !time) return form.fail({ time: 'Choose a day and a time' })
      const body = {
        items: cart.lines.peek().map(({ service, quantity }) => ({ serviceId: service.id, quantity })),
        contact: { phone, address },
        ...(notes.trim() ? { notes } : {}),
        scheduledFor: later ? new Date(time).toISOString() : null,
      }
      return form.submit(PlaceOrder, body, async (input) => {
        const order = await api.post('/orders', Order, input, { 'idempotency-key': submission.keyFor(input) })
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

/** One key a submission: the same while the same body is tried again, another as soon as the body is another. */
export function createSubmissionKey(random: () => string = randomKey) {
  let last: { body: string; key: string } | null = null
  return {
    keyFor(body: unknown): string {
      const text = JSON.stringify(body)
      if (last?.body !== text) last = { body: text, key: random() }
      return last.key
    },
    done: () => void (last = null),
  }
}

// crypto.randomUUID exists in secure contexts only; this works on plain HTTP in a local network too.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
