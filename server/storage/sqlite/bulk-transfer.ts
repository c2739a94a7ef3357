import type { Clock } from '../../lib/clock.ts'
import { createBulkTransfer } from '../bulk-transfer.ts'
import type { RecordDefinition } from '../records.ts'
import type { BulkTable, BulkTransfer, SessionRecord, StoredOrder, UserRecord } from '../store.ts'
import type { ChangedOrders } from './changed-orders.ts'
import type { Database, Failed, Value, Values } from './database.ts'
import type { Write } from './group-commit.ts'
import { orderValues, orderOfRow, changeTimestamp, writeDeclines, writeOffer, type OrderRow } from './order-row.ts'
import { upsertSql } from './record-collection.ts'
import { columnOf, columnValues, fieldNames, rowReader, selection } from './record-columns.ts'
import { presentSession, type SessionRow } from './sessions.ts'
import { presentUser, type UserRow } from './users.ts'

/** How many records are read, or written in one transaction, before the event loop runs other work. */
const chunk = 250

type Columns = Record<string, Value>

interface Table<Row, Stored> {
  table: string
  /** The column of the id. */
  key: string
  /** What is selected of each row. */
  columns?: string
  present(row: Row): Stored
  write(record: Stored): void
}

export function createSqliteBulkTransfer(
  database: Database,
  write: Write,
  clock: Clock,
  records: readonly RecordDefinition[],
  failed: Failed,
  { markChanged }: Pick<ChangedOrders, 'markChanged'>,
): BulkTransfer {
  function bulkTable<Row extends object, Stored>(options: Table<Row, Stored>): BulkTable<Stored> {
    const { table, key, columns = '*' } = options

    function readChunk(after: string) {
      try {
        const rows = database.all<Row & { record_id: string }>(
          `SELECT ${columns}, ${key} AS record_id FROM ${table} WHERE ${key} > :after ORDER BY ${key} LIMIT :chunk`,
          { after, chunk },
        )
        return { records: rows.map(options.present), last: rows.at(-1)?.record_id }
      } catch (error) {
        throw failed(error)
      }
    }

    return {
      async count() {
        return database.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)?.count ?? 0
      },

      async *read(after = '') {
        for (let next = after; ;) {
          const { records: found, last } = readChunk(next)
          if (last === undefined) return
          yield { records: found, last }
          next = last
          await new Promise(setImmediate)
        }
      },

      async write(all) {
        for (let n = 0; n < all.length; n += chunk) {
          const some = all.slice(n, n + chunk)
          await write(() => some.forEach(options.write))
        }
      },
    }
  }

  /** `columnsOf` returns a record's columns. */
  function handWritten<Row extends object, Stored>(
    table: string,
    present: (row: Row) => Stored,
    columnsOf: (record: Stored) => Columns & Row,
  ): BulkTable<Stored> {
    return bulkTable({
      table,
      key: 'id',
      present,
      write(record) {
        const columns = columnsOf(record)
        database.run(upsert(table, Object.keys(columns)), columns)
      },
    })
  }

  function defined(definition: RecordDefinition): BulkTable<unknown> {
    const empty = Object.fromEntries(fieldNames(definition).map((field) => [field, null]))
    const sql = upsertSql(definition)
    return bulkTable<Values, unknown>({
      table: definition.name,
      key: columnOf(definition.key),
      columns: selection(definition),
      present: rowReader(definition),
      write: (record) => void database.run(sql, { ...empty, ...columnValues(definition, Object(record)) }),
    })
  }

  const core = {
    users: handWritten(
      'users',
      presentUser,
      ({ active, createdAt, passwordHash, ...rest }: UserRecord): Columns & UserRow => ({
        ...rest,
        active: Number(active),
        created_at: createdAt,
        password_hash: passwordHash,
      }),
    ),
    sessions: handWritten('sessions', presentSession, (session: SessionRecord): Columns & SessionRow => ({
      id: session.id,
      user_id: session.userId,
      secret_hash: session.secretHash,
      previous_hash: session.previousHash,
      rotated_at: session.rotatedAt,
      created_at: session.createdAt,
      expires_at: session.expiresAt,
      user_agent: session.userAgent,
    })),
    orders: bulkTable({
      table: 'orders',
      key: 'id',
      columns: '*, (SELECT published FROM changed_orders AS changed WHERE changed.seq = orders.seq) AS published',
      present: presentStored,
      write: writeOrder,
    }),
  }
  return createBulkTransfer(core, records, defined)

  function writeOrder({ order, idempotencyKey, bodyHash, unpublished, published }: StoredOrder) {
    const values = orderValues(order, {
      now: clock.now(),
      key: idempotencyKey,
      bodyHash,
    })
    const before = database.get<OrderRow & { words: string }>('SELECT words, doc FROM orders WHERE id = :id', values)
    const row = database.get<{ seq: number }>(upsertOrderSql, values)
    if (!row) return
    writeDeclines(database, row.seq, order.declinedBy)
    writeOffer(database, row.seq, order)
    const known = before ? { order: orderOfRow(before), words: before.words } : null
    markChanged(row.seq, known, { order, words: values.words }, unpublished ? published : null)
  }
}

interface StoredOrderRow extends OrderRow {
  idempotency_key: string | null
  body_hash: string | null
  version: number
  published: number | null
}

const presentStored = (row: StoredOrderRow): StoredOrder => ({
  order: orderOfRow(row),
  idempotencyKey: row.idempotency_key,
  bodyHash: row.body_hash,
  unpublished: row.published !== null,
  published: row.published ?? row.version,
})

/** Not OR REPLACE, which would delete another record with the same unique value. */
const updateAll = (columns: string[]) =>
  `ON CONFLICT (id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`

const upsert = (table: string, columns: string[]) =>
  `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => `:${column}`).join(', ')})
   ${updateAll(columns)}`

const orderColumns = {
  id: ':id',
  number: ':number',
  status: ':status',
  version: ':version',
  customer_id: ':customerId',
  vendor_id: ':vendorId',
  created_at: ':createdAt',
  changed_at: changeTimestamp,
  idempotency_key: ':key',
  body_hash: ':bodyHash',
  words: ':words',
  offer_words: ':offerWords',
  doc: ':doc',
}

const upsertOrderSql = `
  INSERT INTO orders (${Object.keys(orderColumns).join(', ')}) VALUES (${Object.values(orderColumns).join(', ')})
  ${updateAll(Object.keys(orderColumns))} RETURNING seq`
