import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { jobStatuses } from '#shared/order-status.ts'
import { createDatabase } from './database.ts'

test('the partial index orders_active holds exactly the statuses that count as a job', () => {
  const database = createDatabase({ file: ':memory:' })
  database.open()
  const index = database.get<{ sql: string }>("SELECT sql FROM sqlite_schema WHERE name = 'orders_active'", {})
  database.close()
  const statuses = jobStatuses.map((status) => `'${status}'`).join(', ')
  assert.ok(
    index?.sql.endsWith(`WHERE status IN (${statuses})`),
    `The statuses that count as a job changed. Existing database files have the old index: append a migration to schema.ts:
  DROP INDEX orders_active;
  CREATE INDEX orders_active ON orders (vendor_id, status) WHERE status IN (${statuses});
The index is now: ${index?.sql}`,
  )
})

test.run()
