import { transitionBetween } from '#shared/order-status.ts'
import type { HistoryEntry } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import type { OrderChange } from '../orders/other-changes.ts'
import { correctionText } from '../orders/corrections.ts'
import { historyLabel } from '../orders/progress.ts'
import type { Departure } from '../orders/seen-order.ts'

/** What a change by another person says to a vendor. */
export interface ChangeTexts {
  /** What happened; `{name}` stands for its author. */
  what: string
  /** The order was assigned to this vendor. */
  assigned: boolean
  /** null when the vendor may not see who did it. */
  entry: HistoryEntry | null
  reason: string | null
}

/** The change that matters most to the vendor: the assignment, else the last one. */
export const mostImportant = (vendorId: string, changes: readonly OrderChange[]): OrderChange | undefined =>
  changes.findLast(({ entry }) => entry.assigned?.id === vendorId) ?? changes.at(-1)

export function changeTexts(vendorId: string, change: Departure): ChangeTexts {
  if ('gone' in change) {
    const what = change.gone === 'reassigned' ? t().orders.leaving.reassigned : t().vendor.noLongerYours
    return { what, assigned: false, entry: null, reason: change.gone === 'reassigned' ? null : t().vendor.notWithYou }
  }
  const { entry } = change
  const assigned = entry.assigned?.id === vendorId
  const reason = entry.changed?.map(correctionText).join('\n') ?? entry.note
  return { what: assigned ? t().vendor.assignedBy : whatOf(change), assigned, entry, reason }
}

function whatOf({ entry, from }: OrderChange): string {
  const released = from !== null && transitionBetween({ status: from }, entry)?.vendor === 'releases'
  return released ? t().vendor.takenBack : historyLabel(entry, from === null ? undefined : { status: from })
}

/** "A7K-2Q9: Cancelled: No longer needed", for a notice. */
export function changeSentence(number: string, { what, entry, reason }: ChangeTexts): string {
  const text = what.replace('{name}', () => (entry ? authorOf(entry) : ''))
  return t().vendor.otherChange(number, reason ? `${text}: ${reason}` : text)
}

/** The author's name, or the role where the name may not be seen. */
export const authorOf = ({ by }: Pick<HistoryEntry, 'by'>): string => by.name ?? t().roles[by.role]
