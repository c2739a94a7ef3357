import { erasedName } from '#shared/erasure.ts'
import { z } from '../../lib/zod.ts'
import { asOf } from '../../services/order-changes.ts'
import { presentOrder } from '../../services/presenters.ts'
import type { Store } from '../../storage/store.ts'
import type { LeavingPerson, PersonalData } from '../feature.ts'
import { bodyOf } from './messages.ts'
import { webhookDeliveryRecords, type WebhookDeliveryRecord } from './webhook-records.ts'

const Body = z.object({
  timestamp: z.string(),
  data: z.union([
    z.object({ id: z.string(), version: z.int() }),
    z.looseObject({ orderId: z.string(), by: z.looseObject({ id: z.string(), name: z.string() }), text: z.string() }),
    z.looseObject({ vendorId: z.string(), name: z.string() }),
  ]),
})

const pageSize = 100

/** Messages tell of people in the words of their time. They stay, without the person: receivers learn of every change. */
export function createPersonalData({
  store,
}: {
  store: Pick<Store, 'collection' | 'orders'>
}): Pick<PersonalData, 'erase'> {
  const deliveries = store.collection(webhookDeliveryRecords)

  /** null when the message does not concern the person. */
  async function bodyWithout({ event, body }: WebhookDeliveryRecord, { id, role, orders }: LeavingPerson) {
    const parsed = Body.safeParse(JSON.parse(body))
    if (!parsed.success) return null
    const { timestamp, data } = parsed.data
    if ('vendorId' in data) return data.vendorId === id ? bodyOf(event, timestamp, { ...data, name: erasedName }) : null
    if ('text' in data) {
      if (data.by.id !== id && !(role === 'customer' && orders.has(data.orderId))) return null
      return bodyOf(event, timestamp, { ...data, by: { ...data.by, name: erasedName }, text: '' })
    }
    if (!orders.has(data.id)) return null
    const order = await store.orders.byId(data.id)
    return order && bodyOf(event, timestamp, presentOrder(asOf(order, data.version), 'full'))
  }

  return {
    async erase(person) {
      let after = ''
      for (;;) {
        const page = await deliveries.list({ after: { id: after }, limit: pageSize })
        for (const record of page) {
          const body = await bodyWithout(record, person)
          if (body === null) continue
          // A receiver may answer with what it was sent.
          const attempts = record.attempts.map((attempt) => ({ ...attempt, detail: null, response: null }))
          await deliveries.change(record.id, { body, attempts })
        }
        const last = page.at(-1)
        if (!last) return
        after = last.id
        await new Promise(setImmediate)
      }
    },
  }
}
