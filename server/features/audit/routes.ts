import { AuditList, AuditQuery, type AuditEntry } from '#shared/audit.ts'
import { only, type Route } from '../../http/route.ts'
import { csvLine } from '../../lib/csv.ts'
import type { AuditService } from './audit.service.ts'

/** The log is read here; no route changes or deletes an entry. */
export const auditRoutes = ({ list, all }: Pick<AuditService, 'list' | 'all'>): Route[] => [
  only(
    ['admin'],
    {
      method: 'get',
      path: '/audit',
      query: AuditQuery,
      summary: 'The audit log, newest first',
      reply: { 200: AuditList },
      errors: ['invalid_cursor'],
    },
    async ({ query }) => ({
      status: 200,
      body: await list(query),
    }),
  ),

  only(
    ['admin'],
    {
      method: 'get',
      path: '/audit/export.csv',
      query: AuditQuery,
      summary: 'The audit log as CSV',
      reply: { 200: 'text/csv' },
      errors: ['invalid_cursor'],
    },
    async ({ query }) => ({
      status: 200,
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="audit-log.csv"',
      },
      stream: csvOf(all(query)),
      // Not the text of the search: names, mostly.
      log: { message: 'audit log exported', from: query.from, to: query.to },
    }),
  ),
]

const columns: Record<string, (entry: AuditEntry) => string | null | undefined> = {
  at: ({ at }) => at,
  action: ({ action }) => action,
  by: ({ by }) => by?.name,
  byId: ({ by }) => by?.id,
  user: ({ user }) => user?.name,
  userId: ({ user }) => user?.id,
  address: ({ address }) => address,
  requestId: ({ requestId }) => requestId,
  details: ({ details }) => JSON.stringify(details),
  changes: ({ changes }) => JSON.stringify(changes),
}

async function* csvOf(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  yield csvLine(Object.keys(columns))
  for await (const entry of entries) yield csvLine(Object.values(columns).map((read) => read(entry) ?? ''))
}
