import type { AuditEntry, AuditList, AuditQuery } from '#shared/audit.ts'
import type { AuditEvent } from '../../http/route.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts'
import { z } from '../../lib/zod.ts'
import type { Store } from '../../storage/store.ts'
import type { AuditPosition, AuditRecord, AuditStore } from './audit-records.ts'
import { changedFields } from './changed-fields.ts'

export interface AuditDependencies {
  entries: AuditStore
  users: Pick<Store['users'], 'byId' | 'byEmail'>
  clock: Pick<Clock, 'now'>
  /** How long entries are kept, in seconds. null: for ever. */
  keepAudit: number | null
}

export type AuditService = ReturnType<typeof createAuditService>

const Cursor = z.strictObject({ at: z.string(), id: z.string() })

/** How many entries are read at a time, and for one page of a search: a longer search goes on with the next cursor. */
const [batch, mostRead] = [200, 2_000]

/** Sorts before every id. */
const first = ''

export function createAuditService({ entries, users, clock, keepAudit }: AuditDependencies) {
  /** The account of an address that was typed at a sign-in; an address without an account stays in the details. */
  async function accountOf({ user, account, ...details }: AuditEvent['details']) {
    if (typeof user === 'string') return { user, details }
    const known = typeof account === 'string' ? await users.byEmail(account) : null
    return known ? { user: known.id, details } : { user: null, details: { ...details, account } }
  }

  /** Looks each person up once. */
  function createNames() {
    const names = new Map<string, Promise<string | null>>()
    return async (id: string | null) => {
      if (id === null) return null
      const name = names.get(id) ?? users.byId(id).then((user) => user?.name ?? null)
      names.set(id, name)
      return { id, name: await name }
    }
  }

  /** Newest first. A place follows each entry, also those that do not match: null. */
  async function* read({ q, action, from, to }: AuditQuery, after?: AuditPosition) {
    const personOf = createNames()
    const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const [start, end] = [from && new Date(from).toISOString(), to && new Date(to).toISOString()]
    let place = after ?? (end === undefined ? undefined : { at: end, id: first })
    for (;;) {
      const page = await entries.list(batch, place)
      for (const record of page) {
        place = { at: record.at, id: record.id }
        if (start !== undefined && record.at < start) return
        const entry = action === undefined || record.action === action ? await present(record, personOf) : null
        yield { place, entry: entry && matches(entry, words) ? entry : null }
      }
      if (page.length < batch) return
    }
  }

  return {
    async record({ action, by, address, requestId, details: fields, changes }: AuditEvent): Promise<void> {
      const { user, details } = await accountOf(fields)
      const changed = changes ? changedFields(changes) : {}
      await entries.add(clock.now(), { action, by, user, address, requestId, details, changes: changed })
    },

    /** Throws invalid_cursor. */
    async list(query: AuditQuery): Promise<AuditList> {
      const { limit = 50, cursor } = query
      const found: AuditEntry[] = []
      let [seen, last] = [0, cursor]
      for await (const { place, entry } of read(query, cursor ? decodeCursor(cursor, Cursor) : undefined)) {
        if (found.length === limit || seen === mostRead) return { entries: found, nextCursor: last ?? null }
        if (entry) found.push(entry)
        last = encodeCursor(place)
        seen++
      }
      return { entries: found, nextCursor: null }
    },

    /** Deletes what has been kept for long enough at `now`. */
    async sweep(now: string): Promise<void> {
      if (keepAudit !== null) await entries.sweep(isoTime(Date.parse(now) - keepAudit * 1000))
    },

    /** Every entry that matches, newest first. */
    async *all(query: AuditQuery): AsyncGenerator<AuditEntry> {
      for await (const { entry } of read(query)) if (entry) yield entry
    },
  }
}

type PersonOf = (id: string | null) => Promise<AuditEntry['by']>

async function present(record: AuditRecord, personOf: PersonOf): Promise<AuditEntry> {
  const { id, at, action, address, requestId, details, changes } = record
  const [by, user] = [await personOf(record.by), await personOf(record.user)]
  return { id, at, action, by, user, address, requestId, details, changes }
}

function matches({ id: _id, at: _at, ...entry }: AuditEntry, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = JSON.stringify(Object.values(entry)).toLowerCase()
  return words.every((word) => text.includes(word))
}
