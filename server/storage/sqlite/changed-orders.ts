import { factsOf, type CountedOrder } from '../order-facts.ts'
import type { Failed } from './database.ts'
import { addToFigures, waitingFacts } from './order-figures.ts'
import type { Statements } from './statements.ts'
import { DamagedRecordError } from './stored-json.ts'

// Each write of an order adds its row to `changed_orders`, in the same transaction: an order to be published, indexed and
// counted. One table, because an index of unpublished orders and two queues would each write another page for every order.
// The text index and the figures are updated in batches; searches and figures read the changed orders too. (A segment of the
// text index per commit would make merges so frequent that one commit in fifty takes ten times as long as an fsync.)

/** So many changes are added when no write waits. */
const addWhenIdle = 500

/** So many are added amid writes, which wait about ten times as long as for the disk. */
const addAlways = 2000

/** An order as it is stored: `words` are its tokens in the text index. */
export interface Indexed {
  order: CountedOrder
  words: string
}

export type ChangedOrders = ReturnType<typeof createChangedOrders>

export function createChangedOrders(database: Statements, failed: Failed) {
  /** Changes since the last time, those of rolled back transactions included; undefined before they are counted. */
  let changes: number | undefined

  function addAll(): void {
    changes = 0
    indexChanged(database)
    try {
      addToFigures(database, waitingFacts(database))
    } catch (error) {
      if (!(error instanceof DamagedRecordError)) throw error
      // Orders are stored as before. What is damaged is counted anew from them at the next start (open-file.ts).
      failed(error)
      return
    }
    database.run('DELETE FROM changed_orders WHERE published IS NULL')
    markAdded(database)
  }

  return {
    /**
     * To be called in the transaction of each write of an order. `before`, `after`: null when there was or is none.
     * `published`: the newest version that is published; null when that is the one written.
     */
    markChanged(seq: number, before: Indexed | null, after: Indexed | null, published: number | null): void {
      if (changes !== undefined) changes++
      // A row without facts is in the figures as it was before this change.
      database.run(
        `INSERT INTO changed_orders (seq, counted, facts, words_changed, published)
         VALUES (:seq, :counted, :facts, :wordsChanged, :published)
         ON CONFLICT (seq) DO UPDATE SET
           counted = iif(counted IS NULL AND facts IS NULL, excluded.counted, counted),
           facts = excluded.facts,
           words_changed = max(words_changed, excluded.words_changed),
           published = excluded.published`,
        {
          seq,
          counted: factsIn(before),
          facts: factsIn(after),
          wordsChanged: Number(before?.words !== after?.words),
          published,
        },
      )
    },

    /** Updates the text index and the figures if enough orders have changed. `idle`: no write waits for it. */
    addWhenMany(idle: boolean): void {
      changes ??= database.get<{ count: number }>('SELECT count(*) AS count FROM changed_orders')?.count ?? 0
      if (changes >= (idle ? addWhenIdle : addAlways)) addAll()
    },

    addAll,
  }
}

const factsIn = (one: Indexed | null) => one && JSON.stringify(factsOf(one.order))

/** Oldest first. Reads no other orders: a damaged page of theirs stops nothing. */
export const unpublishedSql = `
  SELECT doc FROM changed_orders AS changed CROSS JOIN orders USING (seq) WHERE published IS NOT NULL
  ORDER BY changed_at, seq LIMIT :limit`

/** Brings the text index up to date. */
export function indexChanged(database: Statements): void {
  database.run(
    `INSERT OR REPLACE INTO orders_text (rowid, words)
     SELECT seq, words FROM changed_orders JOIN orders USING (seq) WHERE words_changed`,
  )
}

/** Records in every row that the text index and the figures have its order. */
export function markAdded(database: Statements): void {
  database.run(
    `UPDATE changed_orders SET counted = NULL, facts = NULL, words_changed = 0
     WHERE counted IS NOT NULL OR facts IS NOT NULL OR words_changed`,
  )
}

/** Whether the facts of every changed order are JSON. A file has at most some thousand of them. */
export function areFactsReadable(database: Statements): boolean {
  try {
    const damaged = 'SELECT 1 FROM changed_orders WHERE NOT json_valid(counted) OR NOT json_valid(facts) LIMIT 1'
    return database.get(damaged) === undefined
  } catch {
    // A damaged page: it cannot be emptied either. The file is to be restored, and may be read until then.
    return true
  }
}
