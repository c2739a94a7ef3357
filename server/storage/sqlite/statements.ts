import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import { LRUCache } from 'lru-cache'

export type Value = string | number | null | Uint8Array
export type Values = Record<string, Value>

/** Statements are prepared at their first use and cached; `Row` is what the SQL selects, trusted as written. */
export interface Statements {
  run(sql: string, values?: Values): { changes: number }
  get<Row>(sql: string, values?: Values): Row | undefined
  all<Row>(sql: string, values?: Values): Row[]
}

/** A statement, and the names of its parameters in their order. */
interface Prepared {
  statement: StatementSyncInstance
  names: string[]
}

/** Lists are composed per query, so the number of cached statements needs a limit. */
const maxStatements = 300

export function createStatements(connection: () => DatabaseSyncInstance): Statements & { clear(): void } {
  const prepared = new LRUCache<string, Prepared>({ max: maxStatements })

  function statement(sql: string): Prepared {
    const cached = prepared.get(sql)
    if (cached) return cached
    // Bound by position: by name, the driver takes three times as long for an order's fourteen values.
    const names: string[] = []
    const positional = sql.replace(/:(\w+)/g, (_, name: string) => (names.push(name), '?'))
    const created = { statement: connection().prepare(positional), names }
    prepared.set(sql, created)
    return created
  }

  const bound = ({ names }: Prepared, values: Values = {}) => names.map((name) => values[name] ?? null)

  return {
    run(sql, values) {
      const cached = statement(sql)
      return cached.statement.run(...bound(cached, values))
    },
    get(sql, values) {
      const cached = statement(sql)
      return cached.statement.get(...bound(cached, values))
    },
    all(sql, values) {
      const cached = statement(sql)
      return cached.statement.all(...bound(cached, values))
    },
    clear: () => prepared.clear(),
  }
}
