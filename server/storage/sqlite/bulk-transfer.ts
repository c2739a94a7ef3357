import type { Clock } from '../../lib/clock.ts'
import type { RecordStore, RecordTable, StoredOrder } from '../store.ts'
import type { Database, Value } from './database.ts'
import { presentDevice, type DeviceRow } from './devices.ts'
import type { Write } from './group-commit.ts'
import { keepDeclines, orderValues, presentOrder, stamp, type OrderRow } from './order-row.ts'
import { presentPresence, type PresenceRow } from './presence.ts'
import { presentService, type ServiceRow } from './services.ts'
import { presentSession, type SessionRow } from './sessions.ts'
import { presentUser, type UserRow } from './users.ts'

/** How many records are read, or written in one transaction, before the event loop gets its turn. */
const slice = 250

type Columns = Record<string, Value>

interface Table<Row, Kept> {
  table: string
  /** The column of the id. */
  key: string
  present(row: Row): Kept
  keep(record: Kept): void
}

export function createBulkTransfer(database: Database, write: Write, clock: Clock): RecordStore {
  function records<Row extends object, Kept>({ table, key, present, keep }: Table<Row, Kept>): RecordTable<Kept> {
    return {
      async count() {
        return database.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)?.count ?? 0
      },

      async *read(after = '') {
        for (let last = after; ;) {
          const rows = database.all<Row & { record_id: string }>(
            `SELECT *, ${key} AS record_id FROM ${table} WHERE ${key} > :last ORDER BY ${key} LIMIT :slice`,
            { last, slice },
          )
          const end = rows.at(-1)
          if (!end) return
          last = end.record_id
          yield { records: rows.map(present), last }
          await new Promise(setImmediate)
        }
      },

      async write(all) {
        for (let n = 0; n < all.length; n += slice) {
          const some = all.slice(n, n + slice)
          await write(() => some.forEach(keep))
        }
      },
    }
  }

  /** `columnsOf` gives a record's columns, the id's first. */
  function plain<Row extends object, Kept>(
    table: string,
    present: (row: Row) => Kept,
    columnsOf: (record: Kept) => Columns & Row,
    key = 'id',
  ): RecordTable<Kept> {
    return records({
      table,
      key,
      present,
      keep(record) {
        const columns = columnsOf(record)
        database.run(upsertSql(table, key, Object.keys(columns)), columns)
      },
    })
  }

  return {
    users: plain('users', presentUser, ({ active, createdAt, passwordHash, ...rest }): Columns & UserRow => ({
      ...rest,
      active: Number(active),
      created_at: createdAt,
      password_hash: passwordHash,
    })),
    services: plain('services', presentService, ({ active, durationMinutes, ...rest }): Columns & ServiceRow => ({
      ...rest,
      active: Number(active),
      duration_minutes: durationMinutes,
    })),
    devices: plain('devices', presentDevice, (device): Columns & DeviceRow => ({
      id: device.id,
      name: device.name,
      vendor_id: device.vendorId,
      created_at: device.createdAt,
      last_seen_at: device.lastSeenAt,
      secret_hash: device.secretHash,
      session: device.session,
    })),
    presence: plain(
      'presence',
      presentPresence,
      ({ vendorId, status, since, lastSeenAt, onBreak }): Columns & PresenceRow => ({
        vendor_id: vendorId,
        status,
        since,
        last_seen_at: lastSeenAt,
        on_break: Number(onBreak),
      }),
      'vendor_id',
    ),
    sessions: plain('sessions', presentSession, (session): Columns & SessionRow => ({
      id: session.id,
      user_id: session.userId,
      secret_hash: session.secretHash,
      created_at: session.createdAt,
      expires_at: session.expiresAt,
    })),
    notes: plain(
      'notes',
      ({ name, text }: { name: string; text: string }) => ({ name, text }),
      ({ name, text }) => ({ name, text }),
      'name',
    ),
    orders: records({ table: 'orders', key: 'id', present: presentStored, keep: keepOrder }),
  }

  function keepOrder({ order, idempotencyKey, bodyHash, unpublished, published }: StoredOrder) {
    const values = orderValues(order, {
      now: clock.now(),
      key: idempotencyKey,
      bodyHash,
      unpublished: Number(unpublished),
      published,
    })
    const row = database.get<{ seq: number }>(keepOrderSql, values)
    if (row) keepDeclines(database, row.seq, order.declinedBy)
  }
}

interface StoredOrderRow extends OrderRow {
  idempotency_key: string | null
  body_hash: string | null
  unpublished: number
  published: number
}

const presentStored = (row: StoredOrderRow): StoredOrder => ({
  order: presentOrder(row),
  idempotencyKey: row.idempotency_key,
  bodyHash: row.body_hash,
  unpublished: row.unpublished === 1,
  published: row.published,
})

/** Not OR REPLACE, which would also remove whoever else has a unique value of this record. */
const updateAll = (key: string, columns: string[]) =>
  `ON CONFLICT (${key}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`

const upsertSql = (table: string, key: string, columns: string[]) =>
  `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => `:${column}`).join(', ')})
   ${updateAll(key, columns)}`

const orderColumns = {
  id: ':id',
  number: ':number',
  status: ':status',
  version: ':version',
  customer_id: ':customerId',
  vendor_id: ':vendorId',
  created_at: ':createdAt',
  changed_at: stamp,
  unpublished: ':unpublished',
  published: ':published',
  idempotency_key: ':key',
  body_hash: ':bodyHash',
  words: ':words',
  offer_words: ':offerWords',
  doc: ':doc',
}

const keepOrderSql = `
  INSERT INTO orders (${Object.keys(orderColumns).join(', ')}) VALUES (${Object.values(orderColumns).join(', ')})
  ${updateAll('id', Object.keys(orderColumns))} RETURNING seq`
