import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '#shared/actors.ts'
import { nextVersion, type OrderHistoryEntry } from '#shared/apply-transition.ts'
import { erasedName } from '#shared/erasure.ts'
import type { OrderFile } from '#shared/files.ts'
import type { DetailValue } from '#shared/orders.ts'
import type { OrderRecord } from '../storage/store.ts'
import { correctionsAbout, filesOf } from './order-details.ts'

type Person = Pick<Actor, 'id' | 'role'>

/** Whether the order names the person, as its customer or anywhere in its history. */
export function concerns({ customer, vendor, history }: OrderRecord, { id, role }: Person): boolean {
  if (role === 'customer') return customer.id === id
  return (
    vendor?.id === id ||
    history.some(
      ({ by, vendor: vendorThen, assigned, renamed }) =>
        by.id === id || vendorThen?.id === id || assigned?.id === id || renamed?.id === id,
    )
  )
}

/**
 * The next version, which nothing of the person is left in, also not in its history; null if that holds already. Of a
 * customer go the contact and every note as well: vendors write about homes.
 */
export function withoutPerson(order: OrderRecord, person: Person, by: Actor, now: string): OrderRecord | null {
  const { id, role } = person
  const isCustomer = order.customer.id === id
  const nameless = <Named extends { id: string; name: string }>(named: Named): Named =>
    named.id === id ? { ...named, name: erasedName } : named

  const namelessFile = (file: OrderFile): OrderFile => ({ ...file, by: nameless(file.by) })
  const namelessFiles = (value: DetailValue): DetailValue =>
    Array.isArray(value) && value.some((one) => 'kind' in one) ? filesOf(value).map(namelessFile) : value

  function withoutIn({ commandId, assigned, renamed, changed, ...entry }: OrderHistoryEntry): OrderHistoryEntry {
    const isOwn = entry.by.id === id
    return {
      ...entry,
      by: nameless(entry.by),
      vendor: entry.vendor && nameless(entry.vendor),
      ...(assigned && { assigned: nameless(assigned) }),
      ...(renamed && { renamed: renamed.id === id ? { ...renamed, from: null, to: erasedName } : renamed }),
      ...(changed && {
        changed: isCustomer
          ? correctionsAbout(changed, ['work', 'payment'])
          : changed.map((one) => ({ ...one, from: namelessFiles(one.from), to: namelessFiles(one.to) })),
      }),
      note: isCustomer || isOwn ? null : entry.note,
      ...(commandId !== undefined && !isOwn && { commandId }),
    }
  }

  const { files, pin, ...kept } = order
  const erased: OrderRecord = {
    ...kept,
    customer: nameless(order.customer),
    vendor: order.vendor && nameless(order.vendor),
    ...(isCustomer && { contact: { phone: '', address: '' }, notes: '' }),
    // Pictures of a customer's order show a home, and the PIN is of no use any more.
    ...(!isCustomer && files && { files: files.map(namelessFile) }),
    ...(!isCustomer && pin !== undefined && { pin }),
    ...(isCustomer && order.rating && { rating: { ...order.rating, text: '' } }),
    history: order.history.map(withoutIn),
  }
  if (isDeepStrictEqual(erased, order)) return null
  const { status, vendor } = erased
  return nextVersion(
    erased,
    { status, vendor, renamed: { kind: role, id, from: null, to: erasedName }, note: null },
    by,
    now,
  )
}
