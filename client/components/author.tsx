import type { HistoryEntry } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import { RichText } from './rich-text.tsx'

/** Who made a change: name and role, or the role where the name may not be seen. */
export function Author({ by: { name, role } }: { by: HistoryEntry['by'] }) {
  if (!name) return <>{t().roles[role]}</>
  return <RichText text={t().components.nameAndRole(t().roles[role])} parts={{ name: <bdi>{name}</bdi> }} />
}
