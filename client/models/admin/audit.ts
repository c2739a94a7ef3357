import { computed, signal } from '@preact/signals'
import { AuditList, type AuditEntry } from '#shared/audit.ts'
import type { Api } from '../../live/api.ts'
import { basePath } from '../session/base-path.ts'
import { errorFrom, messageOf } from '../session/api-error.ts'

/**
 * `action`: of the server's log, empty for all. `from` and `to`: days (2026-03-02) of the reader's calendar, both inclusive;
 * empty for no limit.
 */
export interface AuditSearch {
  q: string
  action: string
  from: string
  to: string
}

export const everything: AuditSearch = { q: '', action: '', from: '', to: '' }

/** The first moment of the day, or of the day after it. */
function startOf(day: string, daysLater = 0): string {
  const date = new Date(`${day}T00:00:00`)
  date.setDate(date.getDate() + daysLater)
  return date.toISOString()
}

export function parametersOf({ q, action, from, to }: AuditSearch): URLSearchParams {
  const parameters = new URLSearchParams()
  if (q.trim()) parameters.set('q', q.trim())
  if (action) parameters.set('action', action)
  if (from) parameters.set('from', startOf(from))
  if (to) parameters.set('to', startOf(to, 1))
  return parameters
}

/** The audit log, newest first. */
export function createAuditLog(api: Pick<Api, 'get'>, token: () => string | null) {
  const entries = signal<readonly AuditEntry[] | null>(null)
  const nextCursor = signal<string | null>(null)
  const error = signal<unknown>(null)
  const loadingOlder = signal(false)
  let search = everything
  /** Counts the searches: the answer to an earlier one is not shown. */
  let searches = 0

  async function read(cursor: string | null): Promise<void> {
    const current = searches
    const parameters = parametersOf(search)
    if (cursor) parameters.set('cursor', cursor)
    try {
      const page = await api.get(`/audit?${parameters}`, AuditList)
      if (current !== searches) return
      entries.value = [...(cursor ? (entries.peek() ?? []) : []), ...page.entries]
      nextCursor.value = page.nextCursor
      error.value = null
    } catch (cause) {
      if (current === searches) error.value = cause
    }
  }

  return {
    entries: computed(() => entries.value),
    nextCursor: computed(() => nextCursor.value),
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    loadingOlder: computed(() => loadingOlder.value),

    async show(next: AuditSearch): Promise<void> {
      search = next
      searches++
      entries.value = null
      nextCursor.value = null
      await read(null)
    },

    retry: () => read(null),

    async loadOlder(): Promise<void> {
      if (!nextCursor.value || loadingOlder.value) return
      loadingOlder.value = true
      await read(nextCursor.value)
      loadingOlder.value = false
    },

    /** What was searched for, as a file. Rejects with ApiError. */
    async csv(): Promise<Blob> {
      const headers = { authorization: `Bearer ${token() ?? ''}` }
      const response = await fetch(`${basePath}/api/audit/export.csv?${parametersOf(search)}`, { headers })
      if (!response.ok) throw errorFrom(response.status, await response.json().catch(() => null))
      return response.blob()
    },
  }
}

export type AuditLog = ReturnType<typeof createAuditLog>
