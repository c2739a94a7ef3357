import { readFileSync } from 'node:fs'
import type { Store } from '../store.ts'

/** By kind, every record that the version before record definitions (commit 0bd9fb0) wrote to its fixtures. */
const written: Record<string, { name?: string; vendorId?: string }[]> = JSON.parse(
  readFileSync(new URL('version-0.1.json', import.meta.url), 'utf8'),
)

// prettier-ignore
const withoutDetails = {
  category: null, options: null, availableHours: null, deadlines: null, skills: null, offers: null, proof: null, picture: null,
}

/** As this version reads them: with the fields that were added since. */
export const previousRecords: typeof written = {
  ...written,
  services: written.services?.map((service) => ({ ...service, ...withoutDetails })) ?? [],
  sessions: written.sessions?.map((session) => ({ ...session, userAgent: null })) ?? [],
}

/** By kind, every record of the store, without the kinds that have none. */
export async function readAll({ bulkTransfer }: Pick<Store, 'bulkTransfer'>): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {}
  for (const [kind, table] of bulkTransfer.kinds) {
    const records: unknown[] = []
    for await (const batch of table.read()) records.push(...batch.records)
    if (records.length > 0) all[kind] = records
  }
  return all
}
