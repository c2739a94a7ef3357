import { isDeepStrictEqual } from 'node:util'
import type { Reply } from '../../http/route.ts'
import type { Changes } from './audit-records.ts'

/** The fields that differ. A field that did not exist before is null before. */
export function changedFields({ before, after }: NonNullable<Reply['changes']>): Changes {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  const changes: Changes = {}
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const change = { before: old.get(name) ?? null, after: now.get(name) ?? null }
    if (!isDeepStrictEqual(change.before, change.after)) changes[name] = change
  }
  return changes
}
