import { existsSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { pino } from 'pino'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, startApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { emptyStore } from '../../testing/store.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { createArchive } from './archive.ts'
import { createRetention } from './retention.service.ts'

const day = 86_400_000
const linesOf = (path: string): OrderRecord[] =>
  gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as OrderRecord)

/** An order that was completed at this time. */
function completed(at: string, given: Partial<OrderRecord> = {}): OrderRecord {
  const order = anOrder({ createdAt: at, ...given })
  const entry = {
    status: 'completed',
    at: given.updatedAt ?? at,
    by: order.history[0]!.by,
    note: null,
    vendor: null,
  } as const
  return { ...order, status: 'completed', version: 2, history: [...order.history, entry] }
}

async function withArchive(
  run: (context: {
    store: Store
    folder: string
    removed: string[]
    sweep(change?: object): Promise<void>
  }) => Promise<void>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'callout-archive-'))
  const { store, close } = await emptyStore()
  const removed: string[] = []
  const sweep = (orders: object = {}) =>
    createRetention({
      store: { ...store, orders: { ...store.orders, ...orders } },
      archive: createArchive(store, folder),
      keepOrders: 30 * 86_400,
      ordersRemoved: async (gone) => void removed.push(...gone.map(({ id }) => id)),
      mayChange: () => true,
      clock: new StillClock(),
      log: pino({ level: 'silent' }),
    }).sweep()
  try {
    await run({ store, folder, removed, sweep })
  } finally {
    await close()
    await rm(folder, { recursive: true })
  }
}

/** Stores orders that are published. */
const publish = (store: Store, ...orders: OrderRecord[]) =>
  store.bulkTransfer.orders.write(
    orders.map((order) => ({
      order,
      idempotencyKey: null,
      bodyHash: null,
      unpublished: false,
      published: order.version,
    })),
  )

test('orders that were placed and finished long ago move to the file of their month, and no others', () =>
  withArchive(async ({ store, folder, removed, sweep }) => {
    const [january, february] = [completed('2026-01-05T08:00:00.000Z'), completed('2026-01-31T07:00:00.000Z')]
    const old = completed('2025-12-31T08:00:00.000Z')
    const stay = [
      completed('2026-02-20T08:00:00.000Z'),
      completed('2026-01-01T08:00:00.000Z', { updatedAt: '2026-02-25T08:00:00.000Z' }),
      anOrder({ createdAt: '2026-01-01T08:00:00.000Z' }),
    ]
    const unpublished = completed('2026-01-02T08:00:00.000Z')
    await publish(store, january, february, old, ...stay)
    await store.orders.create(unpublished)
    await sweep()
    assert.equal(removed.toSorted(), [january.id, february.id, old.id].toSorted())
    assert.equal(linesOf(join(folder, 'orders-2025-12.jsonl.gz')), [old])
    const inJanuary = linesOf(join(folder, 'orders-2026-01.jsonl.gz')).map(({ id }) => id)
    assert.equal(inJanuary.toSorted(), [january.id, february.id, unpublished.id].toSorted())
    const left = await store.orders.list({ scope: { kind: 'all' }, limit: 10 })
    assert.equal(left.map(({ id }) => id).toSorted(), [...stay, unpublished].map(({ id }) => id).toSorted())
    assert.equal(await store.orders.list({ scope: { kind: 'all' }, q: january.number, limit: 10 }), [])
  }))

test('after a crash before the removal, or while a file is written, each order is in the file once', () =>
  withArchive(async ({ store, folder, sweep }) => {
    const orders = Array.from({ length: 60 }, (_, n) => completed(`2026-01-0${1 + (n % 9)}T08:00:00.000Z`))
    await publish(store, ...orders)
    const killed = await sweep({ remove: () => Promise.reject(new Error('killed')) }).catch(String)
    assert.is(killed, 'Error: killed')
    const path = join(folder, 'orders-2026-01.jsonl.gz')
    const written = readFileSync(path).length
    assert.is(linesOf(path).length, 50)
    writeFileSync(`${path}.size`, String(written))
    appendFileSync(path, 'half a part')
    await sweep()
    const ids = linesOf(path).map(({ id }) => id)
    assert.equal([ids.length, new Set(ids).size], [60, 60])
    assert.not(existsSync(`${path}.size`))
    assert.equal(await store.orders.list({ scope: { kind: 'all' }, limit: 10 }), [])
  }))

test('nothing is archived in another folder than before', () =>
  withArchive(async ({ store, folder, sweep }) => {
    await publish(store, completed('2026-01-05T08:00:00.000Z'))
    await sweep()
    writeFileSync(join(folder, 'id'), 'of another installation')
    const order = completed('2026-01-05T08:00:00.000Z')
    await publish(store, order)
    const refusal = await sweep().catch(String)
    assert.is((await store.orders.byId(order.id))?.id, order.id)
    assert.match(String(refusal), 'bring that folder here')
  }))

test('an archived order is gone from lists, search and notifications, and the erasure of a person reaches it', async () => {
  const clock = new StillClock()
  const env = { KEEP_ORDERS: '1d', ACCESS_TOKEN_TTL: '30d', MONGO_URI: '' }
  let written = () => {}
  const lines: string[] = []
  const logOutput = {
    write(line: string) {
      lines.push(line)
      written()
    },
  }
  const said = async (text: string) => {
    while (!lines.some((line) => line.includes(text))) await new Promise<void>((resolve) => (written = resolve))
  }
  const app = await startApp({ env: { ...env, LOG_LEVEL: 'info' }, clock, logOutput })
  const customer = await app.customer('Jqname Archived')
  const [service] = await app.services()
  const notes = { notes: 'Wznotes' }
  const order = (await customer.post('/api/orders', placeOrder(service!.id, notes))).body
  await app.admin.set(order, 'cancelled', { reason: 'Pvreason' })
  await app.drain()
  assert.is((await customer.get('/api/notifications')).body.notifications.length, 1)
  for (let hours = 0; hours < 26; hours++) clock.advance(day / 24)
  await said('old orders left the database')
  assert.is((await customer.get(`/api/orders/${order.id}`)).status, 404)
  assert.equal((await app.admin.get(`/api/orders?q=${order.number}`)).body.orders, [])
  assert.equal((await customer.get('/api/notifications')).body.notifications, [])
  const exported = (await customer.get('/api/account/export')).body
  assert.equal([exported.orders, exported.archivedOrders[0].notes], [[], 'Wznotes'])

  const path = join(app.dataDir, 'archive', `orders-${order.createdAt.slice(0, 7)}.jsonl.gz`)
  assert.equal(linesOf(path)[0]!.contact.address, 'Lindenstraße 9, Berlin')
  const erased = await app.admin.post(`/api/users/${customer.id}/erase`)
  assert.is(erased.status, 202)
  while (/Jqname|Wznotes|Pvreason|Lindenstraße/.test(gunzipSync(readFileSync(path)).toString()))
    await new Promise(setImmediate)
  assert.is(linesOf(path)[0]!.customer.id, customer.id)
  await app.stop()
})

test.run()
