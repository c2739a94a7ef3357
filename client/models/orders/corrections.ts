import type { OrderFile } from '#shared/files.ts'
import type { CorrectedDetail, DetailField, DetailValue, OrderItem } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { appointment, itemsText, positionText } from '../ui/format.ts'
import { paymentText } from './payments.ts'

/** A corrected detail in words; the values are null when the reader may not see them. */
export function correctionTexts({ field, from, to }: CorrectedDetail): {
  label: string
  from: string | null
  to: string | null
} {
  const label = t().orders.history.details[field]
  if (from === null && to === null) return { label, from, to }
  return { label, from: valueText(field, from), to: valueText(field, to) }
}

const textOf = (value: OrderItem | OrderFile): string =>
  'kind' in value ? t().files.kinds[value.kind] : itemsText([value])

function valueText(field: DetailField, value: DetailValue): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) {
    if (field === 'payment') return t().payments.statuses.unpaid
    return field === 'scheduledFor' ? t().common.asSoonAsPossible : t().orders.history.nothing
  }
  if (typeof value === 'string') return field === 'scheduledFor' ? appointment(value) : value
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  if ('lat' in value) return positionText(value)
  if ('number' in value) return value.number
  if ('stars' in value) return [t().ratings.stars(value.stars), value.text].filter(Boolean).join(': ')
  return paymentText(value)
}

/** "Changed: Address, Notes" */
export const correctionLabel = (changed: readonly CorrectedDetail[]): string =>
  t().orders.history.corrected(changed.map(({ field }) => t().orders.history.details[field]).join(', '))

/** "Address: 1 Main St" */
export function correctionText(corrected: CorrectedDetail): string {
  const { label, to } = correctionTexts(corrected)
  return to === null ? label : t().orders.history.correctedTo(label, to)
}
