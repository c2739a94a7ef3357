import type { Store } from '../../storage/store.ts'
import type { LeavingPerson, PersonalData } from '../feature.ts'
import { auditRecords, type AuditRecord, type Changes } from './audit-records.ts'

const pageSize = 200

/** The fields of an account that say who it belongs to, or what the person can do. */
const identifying = ['name', 'email', 'skills', 'areas']

/** What an entry is without the person: ids stay, as pseudonyms. null when it has nothing of the person. */
function without(record: AuditRecord, { id, email }: LeavingPerson): Partial<AuditRecord> | null {
  const { account, ...details } = record.details
  const isTyped = typeof account === 'string' && account.toLowerCase() === email
  const isAbout = record.user === id
  const isOwn = record.by === id || (record.by === null && (isAbout || isTyped))
  if (!isTyped && !isAbout && !isOwn) return null
  const hidden = (field: string, change: Changes[string]) =>
    identifying.includes(field) ? { before: null, after: null } : change
  const changes: Changes = Object.fromEntries(
    Object.entries(record.changes).map(([field, change]) => [field, isAbout ? hidden(field, change) : change]),
  )
  return { changes, details: isTyped ? details : record.details, address: isOwn ? null : record.address }
}

/** The log keeps what was done, and loses the names and addresses of those who left. */
export function createPersonalData({ collection }: Pick<Store, 'collection'>): PersonalData {
  const entries = collection(auditRecords)

  /** Every entry, page by page. */
  async function* all() {
    let after = ''
    for (;;) {
      const page = await entries.list({ after: { id: after }, limit: pageSize })
      yield* page
      const last = page.at(-1)
      if (!last) return
      after = last.id
      await new Promise(setImmediate)
    }
  }

  return {
    async exportOf({ id }) {
      const found: Pick<AuditRecord, 'at' | 'action' | 'address' | 'changes'>[] = []
      for await (const { at, action, by, user, address, changes } of all()) {
        const isAbout = user === id
        const isOwn = by === id || (isAbout && by === null)
        // The address of an admin is not the person's.
        if (isOwn || isAbout)
          found.push({ at, action, address: isOwn ? address : null, changes: isAbout ? changes : {} })
      }
      return { auditLog: found }
    },

    async erase(person) {
      for await (const record of all()) {
        const change = without(record, person)
        if (change) await entries.change(record.id, change)
      }
    },
  }
}
