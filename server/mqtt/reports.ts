import { topics } from '#shared/topics.ts'
import { VendorStatusReport } from '#shared/presence.ts'
import type { Log } from '../log.ts'
import type { PresenceService } from '../services/presence.service.ts'
import { fieldErrors } from '../zod.ts'
import type { Connection } from './connections.ts'
import type { Publisher } from './publisher.ts'

export interface ReportsDependencies {
  presence: Pick<PresenceService, 'reported'>
  publisher: Pick<Publisher, 'reply'>
  log: Log
}

export type Reports = ReturnType<typeof createReports>

/** What clients may tell the server by publishing it. Who says it comes from the connection, never from the payload. */
export function createReports({ presence, publisher, log }: ReportsDependencies) {
  function vendorStatus({ id, identity }: Connection, payload: Buffer) {
    const report = VendorStatusReport.safeParse(bareWordOrJson(payload))
    if (report.success) {
      presence
        .reported(identity, id, report.data.status)
        .catch((error: unknown) => log.error({ error, vendor: identity.id }, 'presence was not kept'))
      return
    }
    const detail = fieldErrors(report.error.issues)
      .map(({ path, message }) => (path ? `${path}: ${message}` : message))
      .join('; ')
    publisher.reply(identity.id, { ok: false, code: 'invalid_request', detail, topic: topics.vendorStatus })
  }

  return {
    /** Takes in a publication that permissions have let through. */
    take(connection: Connection, topic: string, payload: Buffer) {
      if (topic === topics.vendorStatus) vendorStatus(connection, payload)
    },
  }
}

/** `online` means `{"status":"online"}`: what a small device, or a person with mosquitto_pub, would write. */
function bareWordOrJson(payload: Buffer): unknown {
  const text = payload.toString('utf8').trim()
  if (/^\w+$/.test(text)) return { status: text }
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
