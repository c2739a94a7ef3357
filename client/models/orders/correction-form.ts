import { computed, signal } from '@preact/signals'
import { CorrectOrder } from '#shared/order-input.ts'
import { fullContact, Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import type { Api } from '../../live/api.ts'
import type { Orders } from '../../live/orders.ts'
import { localMinute, timeOf } from '../ui/schedule-time.ts'
import { positionValue, readPosition } from '../place/position-field.ts'
import { createForm } from '../ui/form.ts'
import { showNotice } from '../ui/notices.ts'

export interface CorrectionDependencies {
  api: Pick<Api, 'patch'>
  orders: Pick<Orders, 'apply'>
  notify?: typeof showNotice
}

export type CorrectionForm = ReturnType<typeof createCorrectionForm>

/** The form that corrects an order. Only what differs from the order as it was opened is sent. */
export function createCorrectionForm({ api, orders, notify = showNotice }: CorrectionDependencies, order: Order) {
  const contact = fullContact(order)
  const initial = {
    when: order.scheduledFor ? 'later' : 'now',
    time: order.scheduledFor ? localMinute(Date.parse(order.scheduledFor)) : '',
    address: contact?.address ?? '',
    area: contact?.area ?? '',
    position: positionValue(contact, 'place'),
    phone: contact?.phone ?? '',
    notes: order.notes,
  }
  const form = createForm(initial, {
    paths: { phone: 'contact.phone', address: 'contact.address', area: 'contact.area', time: 'scheduledFor' },
  })
  const items = signal(order.items)
  const total = computed(() => items.value.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0))
  const kept = computed(() => items.value.filter(({ quantity }) => quantity > 0))

  function scheduled(): string | null | undefined | (() => string) {
    const { when, time } = form.values.peek()
    if (when === initial.when && time === initial.time) return undefined
    return when === 'later' ? timeOf(time) : null
  }

  return {
    form,
    items,
    total,
    setQuantity(index: number, quantity: number): void {
      items.value = items.peek().map((item, n) => (n === index ? { ...item, quantity } : item))
    },
    /** Resolves to whether it was stored; the form shows why it was not. */
    async save(): Promise<boolean> {
      const { address, area, position, phone, notes } = form.values.peek()
      const when = scheduled()
      const changedContact = {
        ...(address !== initial.address && { address }),
        ...(area !== initial.area && { area: area.trim() || null }),
        ...(phone !== initial.phone && { phone }),
        ...(position !== initial.position && (readPosition(position) ?? { lat: null, lng: null })),
      }
      const itemsChanged = items.peek().some(({ quantity }, n) => quantity !== order.items[n]?.quantity)
      if (itemsChanged && kept.peek().length === 0) return form.fail({}, () => t().correct.cancelInstead) ?? false
      const input = {
        ...(Object.keys(changedContact).length > 0 && { contact: changedContact }),
        ...(when !== undefined && { scheduledFor: typeof when === 'function' ? null : when }),
        ...(notes !== initial.notes && { notes }),
        ...(itemsChanged && {
          items: kept.peek().map(({ serviceId, quantity, options = [] }) => ({
            serviceId,
            quantity,
            options: options.map(({ choice }) => choice),
          })),
          expectedTotal: total.peek(),
        }),
      }
      const sent = await form.submit(
        CorrectOrder,
        input,
        async (body) => {
          const corrected = await api.patch(`/orders/${encodeURIComponent(order.id)}`, Order, body)
          orders.apply(corrected)
          if (corrected.version !== order.version) notify(t().correct.done)
          return true
        },
        typeof when === 'function' ? { time: when } : {},
      )
      return sent === true
    },
  }
}
