import { erasedName } from '#shared/erasure.ts'
import { newId } from '../../lib/ids.ts'
import type { Store } from '../../storage/store.ts'
import type { PersonalData } from '../feature.ts'

export interface CoreDataDependencies {
  store: Pick<Store, 'customers' | 'presence' | 'duties' | 'verifiedEmails' | 'departures' | 'renames' | 'deliveries'>
}

const pageSize = 200

/** What the core keeps of a person besides the account, its sessions and the orders. */
export function createCoreData({ store }: CoreDataDependencies): Pick<PersonalData, 'erase'> {
  /** Queues are named by their receiver; a mail server's answer may repeat the address. */
  async function eraseDeliveries(id: string, email: string): Promise<void> {
    let after = ''
    for (;;) {
      const page = await store.deliveries.page(after, pageSize)
      for (const { id: delivery, queue, payload, result } of page) {
        const text = JSON.stringify([queue, payload, result])
        if (text.includes(id) || text.toLowerCase().includes(email)) await store.deliveries.remove(delivery)
      }
      const last = page.at(-1)
      if (!last) return
      after = last.id
    }
  }

  return {
    async erase({ id, email }) {
      await store.customers.remove(id)
      await store.presence.remove(id)
      await store.duties.remove(id)
      await store.verifiedEmails.remove(id)
      for (const departure of await store.departures.all())
        if (departure.by.id === id && departure.by.name !== erasedName)
          await store.departures.put({ ...departure, by: { ...departure.by, name: erasedName } })
      for (const rename of await store.renames.all()) {
        // A rename to a name that is no longer the current one has no effect.
        const isOwn = rename.subjectId === id
        if (!isOwn && (rename.by.id !== id || rename.by.name === erasedName)) continue
        if (!isOwn) await store.renames.create({ ...rename, id: newId(), by: { ...rename.by, name: erasedName } })
        await store.renames.remove(rename.id)
      }
      await eraseDeliveries(id, email)
    },
  }
}
