import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { DatabaseSync } from '@photostructure/sqlite'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../lib/clock.ts'
import { createSqliteStore } from '../storage/sqlite/index.ts'
import type { OrderRecord } from '../storage/store.ts'
import { anOrder } from '../testing/records.ts'
import { percentile } from './lib/numbers.ts'
import { orderPlacer } from './lib/orders.ts'
import { figures } from './lib/report.ts'
import { dataFolder, startServer } from './lib/server.ts'
import { eventually, steadily } from './lib/waiting.ts'

const test = suite('retention')

const oldOrders = 5_000
/** How often the server is killed; a longer run: KILLS=40. */
const kills = Number(process.env.KILLS ?? 5)

test('orders leave the database amid kill -9 and orders: none is lost, none is twice, the file shrinks', async () => {
  const { dir, remove } = await dataFolder()
  const file = join(dir, 'callout.db')
  const archive = join(dir, 'archive')
  const store = createSqliteStore({ file, clock: systemClock })
  await store.start()
  const orders = Array.from({ length: oldOrders }, (_, n) =>
    anOrder({ status: 'cancelled', notes: 'x'.repeat(1500), createdAt: `2026-0${1 + (n % 6)}-02T08:00:00.000Z` }),
  )
  await store.bulkTransfer.orders.write(
    orders.map((order) => ({ order, idempotencyKey: null, bodyHash: null, unpublished: false, published: 1 })),
  )
  await store.stop()
  const sizeBefore = statSync(file).size

  const inDatabase = () => {
    const database = new DatabaseSync(file, { readOnly: true })
    const rows: { id: string }[] = database.prepare("SELECT id FROM orders WHERE customer_id = 'ana'").all()
    database.close()
    return rows.map(({ id }) => id)
  }
  const env = { KEEP_ORDERS: '1d', LOG_LEVEL: 'info' }
  const left: number[] = []
  for (let n = 1; n <= kills; n++) {
    const server = await startServer(dir, env)
    await sleep(40 * n)
    await server.end('SIGKILL')
    left.push(inDatabase().length)
  }

  const server = await startServer(dir, env)
  const placer = orderPlacer(server.app, await server.demo('customer@example.com'), await server.service(), 32)
  const placing: Promise<number>[] = []
  await steadily(100, 6, () => {
    const startedAt = performance.now()
    placing.push(placer.place().then(() => performance.now() - startedAt))
  })
  const times = await Promise.all(placing)
  const done = await eventually(() => server.output().includes('old orders left the database'), 60_000)
  placer.end()
  await server.end()
  assert.ok(done, server.output())

  const files = readdirSync(archive).filter((name) => name.endsWith('.gz'))
  const archived = files.flatMap((name) =>
    gunzipSync(readFileSync(join(archive, name)))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as OrderRecord),
  )
  figures('retention', {
    'old orders': oldOrders,
    'left after each kill': left.join(', '),
    archived: archived.length,
    'of them different': new Set(archived.map(({ id }) => id)).size,
    'MB before': sizeBefore / 1e6,
    'MB after': statSync(file).size / 1e6,
    'p99 ms of an order meanwhile': percentile(times, 0.99),
  })
  assert.equal(inDatabase(), [])
  assert.is(archived.length, oldOrders)
  const byId = new Map(archived.map((order) => [order.id, order]))
  for (const order of orders) assert.equal(byId.get(order.id), order)
  assert.not(readdirSync(archive).some((name) => existsSync(join(archive, `${name}.size`))))
  assert.ok(statSync(file).size < sizeBefore / 2)
  await remove()
})

test.run()
