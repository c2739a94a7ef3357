import { DatabaseSync } from '@photostructure/sqlite'
import { applicationId, migrations } from './schema.ts'

/**
 * The state of a database file that a server may be using, without a change of it. `damage`: what SQLite's quick check
 * found. `newest`: the time of the newest order. Throws when it is no database of this program.
 */
export function inspectFile(file: string): {
  version: number
  known: number
  damage: string | null
  newest: string | null
} {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const valueOf = (sql: string): unknown => Object.values(database.prepare(sql).get() ?? {})[0]
    if (valueOf('PRAGMA application_id') !== applicationId) throw new Error('it is no database of this program')
    const [version, known] = [Number(valueOf('PRAGMA user_version')), migrations.length]
    if (version > known) return { version, known, damage: null, newest: null }
    const [check, newest] = [valueOf('PRAGMA quick_check(1)'), valueOf('SELECT max(created_at) FROM orders')]
    return {
      version,
      known,
      damage: check === 'ok' ? null : String(check),
      newest: typeof newest === 'string' ? newest : null,
    }
  } finally {
    database.close()
  }
}
