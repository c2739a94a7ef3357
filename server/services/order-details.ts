import { isDeepStrictEqual } from 'node:util'
import type { OrderFile } from '#shared/files.ts'
import { Payment, Rating } from '#shared/order-outcome.ts'
import {
  detailFields,
  type CorrectedDetail,
  type DetailField,
  type DetailValue,
  type OrderItem,
  type OrderLink,
} from '#shared/orders.ts'
import type { Position } from '#shared/position.ts'
import type { OrderRecord } from '../storage/store.ts'
import { totalOf } from './pricing.ts'

/** What may be corrected of an order, and what is added to it. */
export type OrderDetails = Pick<
  OrderRecord,
  'contact' | 'scheduledFor' | 'notes' | 'items' | 'payment' | 'rating' | 'followUp' | 'files'
>

/** How a detail is read from an order and put into it. `about`: whom or what it tells of; views hide it accordingly. */
interface Detail {
  about: 'contact' | 'text' | 'work' | 'payment' | 'rating' | 'files'
  of(order: OrderDetails): DetailValue
  /** `other`: the value before. */
  put(order: OrderRecord, value: DetailValue, other: DetailValue): OrderRecord
}

const isItems = (value: DetailValue): value is OrderItem[] =>
  Array.isArray(value) && value.some((one) => 'serviceId' in one)
/** The files in a detail; none in any other detail. */
export const filesOf = (value: DetailValue): OrderFile[] =>
  Array.isArray(value) ? value.flatMap((one) => ('kind' in one ? [one] : [])) : []

const textOf = (value: DetailValue): string => (typeof value === 'string' ? value : '')

const isPosition = (value: DetailValue): value is Position =>
  value !== null && typeof value === 'object' && 'lat' in value

const isLink = (value: DetailValue): value is OrderLink =>
  value !== null && typeof value === 'object' && 'number' in value

/** null without one. */
export const positionOf = ({ lat, lng }: Partial<Position>): Position | null =>
  lat === undefined || lng === undefined ? null : { lat, lng }

const contactDetail = (name: 'phone' | 'address'): Detail => ({
  about: 'contact',
  of: ({ contact }) => contact[name],
  put: (order, value) => ({ ...order, contact: { ...order.contact, [name]: textOf(value) } }),
})

const details: Record<DetailField, Detail> = {
  phone: contactDetail('phone'),
  address: contactDetail('address'),
  area: {
    about: 'text',
    of: ({ contact }) => contact.area ?? null,
    put({ contact: { area: _before, ...contact }, ...order }, value) {
      return { ...order, contact: { ...contact, ...(typeof value === 'string' && { area: value }) } }
    },
  },
  position: {
    about: 'contact',
    of: ({ contact }) => positionOf(contact),
    put({ contact: { lat: _lat, lng: _lng, ...contact }, ...order }, value) {
      return { ...order, contact: { ...contact, ...(isPosition(value) && value) } }
    },
  },
  scheduledFor: {
    about: 'work',
    of: ({ scheduledFor }) => scheduledFor,
    put: (order, value) => ({ ...order, scheduledFor: typeof value === 'string' ? value : null }),
  },
  notes: { about: 'text', of: ({ notes }) => notes, put: (order, value) => ({ ...order, notes: textOf(value) }) },
  items: {
    about: 'work',
    of: ({ items }) => items,
    put(order, value) {
      const items = isItems(value) ? value : order.items
      return { ...order, items, totalAmount: totalOf(items) }
    },
  },
  payment: {
    about: 'payment',
    of: ({ payment }) => payment ?? null,
    put({ payment: _before, ...order }, value) {
      const payment = Payment.safeParse(value).data
      return { ...order, ...(payment && { payment }) }
    },
  },
  rating: {
    about: 'rating',
    of: ({ rating }) => rating ?? null,
    put({ rating: _before, ...order }, value) {
      const rating = Rating.safeParse(value).data
      return { ...order, ...(rating && { rating }) }
    },
  },
  followUp: {
    about: 'work',
    of: ({ followUp }) => followUp ?? null,
    put: ({ followUp: _before, ...order }, value) => ({ ...order, ...(isLink(value) && { followUp: value }) }),
  },
  files: {
    about: 'files',
    of: ({ files = [] }) => (files.length > 0 ? files : null),
    put({ files = [], ...order }, value, other) {
      const removed = new Set(filesOf(other).map(({ id }) => id))
      const next = [...files.filter(({ id }) => !removed.has(id)), ...filesOf(value)]
      return { ...order, ...(next.length > 0 && { files: next }) }
    },
  },
}

/** Of lists of files, those that only one of them has: a history with whole lists would grow with their square. */
function differing(from: DetailValue, to: DetailValue): [DetailValue, DetailValue] {
  const [before, after] = [filesOf(from), filesOf(to)]
  const lacking = (files: OrderFile[], others: OrderFile[]) => {
    const left = files.filter(({ id }) => !others.some((other) => other.id === id))
    return left.length > 0 ? left : null
  }
  return before.length + after.length > 0 ? [lacking(before, after), lacking(after, before)] : [from, to]
}

/** The details in which `after` differs, with both values. */
export const correctionsOf = (before: OrderDetails, after: OrderDetails): CorrectedDetail[] =>
  detailFields.flatMap((field) => {
    const [from, to] = [details[field].of(before), details[field].of(after)]
    if (isDeepStrictEqual(from, to)) return []
    const [removed, added] = differing(from, to)
    return [{ field, from: removed, to: added }]
  })

/** The order with the new values, or with the old ones. */
export const withCorrections = (
  order: OrderRecord,
  corrections: readonly CorrectedDetail[],
  which: 'from' | 'to',
): OrderRecord =>
  corrections.reduce(
    (corrected, one) => details[one.field].put(corrected, one[which], one[which === 'to' ? 'from' : 'to']),
    order,
  )

/** The corrections in a view that shows only these kinds of details. */
export const correctionsAbout = (
  corrections: readonly CorrectedDetail[],
  shown: readonly Detail['about'][],
): CorrectedDetail[] =>
  corrections.map((one) => (shown.includes(details[one.field].about) ? one : { ...one, from: null, to: null }))
