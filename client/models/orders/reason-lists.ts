import { signal } from '@preact/signals'
import { reasonListOf, Reasons } from '#shared/reasons.ts'
import type { Role } from '#shared/actors.ts'
import type { OrderAction } from '#shared/order-status.ts'
import type { Api } from '../../live/api.ts'
import { readJsonSetting, writeSetting } from '../ui/local-storage.ts'

const key = 'reasons'

/** The business's own lists, as they were read last; null until then. A vendor without a network has those of before. */
const lists = signal<Reasons | null>(Reasons.safeParse(readJsonSetting(key)).data ?? null)

/** Reads the lists. Without an answer those of before stay. */
export async function loadReasonLists(api: Pick<Api, 'get'>): Promise<void> {
  try {
    const read = await api.get('/reasons', Reasons)
    writeSetting(key, JSON.stringify(read))
    lists.value = read
  } catch {
    // The page has reasons of its own.
  }
}

/** The texts of the business's list; null when it has none for this action. */
export function ownReasonsFor(action: OrderAction, role: Role): readonly string[] | null {
  const name = reasonListOf(action, role)
  return (name && lists.value?.[name]?.map(({ text }) => text)) ?? null
}
