import { erasedName } from '#shared/erasure.ts'
import type { Store } from '../../storage/store.ts'
import type { PersonalData } from '../feature.ts'
import { presentFile, type FileRecord, type FileRecords } from './file-records.ts'
import type { FilesService } from './files.service.ts'

export interface PersonalDataDependencies {
  files: Pick<FileRecords, 'ofOrder' | 'byAuthor' | 'change'>
  service: Pick<FilesService, 'remove' | 'removeOf'>
  orders: Pick<Store['orders'], 'list'>
}

const pageSize = 200

export function createPersonalData({ files, service, orders }: PersonalDataDependencies): PersonalData {
  /** What a customer may see: all but the pictures of notes. */
  async function ofCustomer(id: string): Promise<FileRecord[]> {
    const found: FileRecord[] = []
    let after: { createdAt: string; id: string } | undefined
    do {
      const page = await orders.list({ scope: { kind: 'customer', id }, limit: pageSize, after })
      for (const order of page) found.push(...(await files.ofOrder(order.id, pageSize)))
      after = page.at(-1)
    } while (after)
    return found.filter(({ internal, byId, messageId, kind }) => {
      const isSent = kind !== 'message' || messageId !== '' || byId === id
      return isSent && !internal
    })
  }

  return {
    async exportOf({ id, role }) {
      const found = role === 'customer' ? await ofCustomer(id) : await files.byAuthor(id)
      return {
        files: found.map((record) => ({
          ...presentFile(record, record.kind === 'picture' ? 'photo' : record.kind),
          orderId: record.orderId,
          url: `/api/files/${record.id}`,
        })),
      }
    },

    /**
     * Of a customer, every picture of their orders goes: it shows a home. What a vendor or an admin has proved stays, without
     * the name; what they sent with messages goes, as the messages do.
     */
    async erase({ id, role, orders: concerned }) {
      if (role === 'customer') for (const orderId of concerned) await service.removeOf(orderId)
      for (const record of await files.byAuthor(id)) {
        if (role === 'customer' || record.kind === 'message') await service.remove(record)
        else await files.change(record.id, { byName: erasedName })
      }
    },
  }
}
