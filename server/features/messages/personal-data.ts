import type { Message } from '#shared/messages.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { PersonalData } from '../feature.ts'
import type { MessageRecord, MessageStore } from './message-records.ts'

export interface PersonalDataDependencies {
  messages: Pick<MessageStore, 'ofOrder' | 'byAuthor' | 'marksBy' | 'remove' | 'removeMarksBy' | 'removeOf'>
  orders: Pick<Store['orders'], 'list'>
  present(record: MessageRecord): Message
}

const pageSize = 200
const mostOfOneOrder = 10_000

export function createPersonalData({ messages, orders, present }: PersonalDataDependencies): PersonalData {
  /** What a customer could read: what they wrote, and what was written to them. */
  async function toCustomer(customerId: string): Promise<MessageRecord[]> {
    const found: MessageRecord[] = []
    let after: OrderRecord | undefined
    do {
      const page = await orders.list({ scope: { kind: 'customer', id: customerId }, limit: pageSize, after })
      for (const { id } of page) found.push(...(await messages.ofOrder(id, mostOfOneOrder)))
      after = page.at(-1)
    } while (after)
    return found.filter(({ internal }) => !internal)
  }

  return {
    async exportOf({ id, role }) {
      const found = role === 'customer' ? await toCustomer(id) : await messages.byAuthor(id)
      return { messages: found.map(present), messagesRead: await messages.marksBy(id) }
    },

    /** What the person wrote goes; of a customer everything on their orders, because vendors write about homes. */
    async erase({ id, role, orders: concerned }) {
      if (role === 'customer') for (const orderId of concerned) await messages.removeOf(orderId)
      for (const { key } of await messages.byAuthor(id)) await messages.remove(key)
      await messages.removeMarksBy(id)
    },
  }
}
