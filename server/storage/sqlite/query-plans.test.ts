import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { orderStatuses } from '#shared/order-status.ts'
import { systemClock } from '../../lib/clock.ts'
import { deviceRecords } from '../../features/devices/device-records.ts'
import { everyList, scopes } from '../../testing/order-queries.ts'
import { anOrder } from '../../testing/records.ts'
import { coreRecords } from '../core-records.ts'
import type { OrderListQuery } from '../store.ts'
import { createDatabase, type Values } from './database.ts'
import { listQuerySql } from './record-collection.ts'
import { createSqliteStore } from './index.ts'
import { unpublishedSql } from './changed-orders.ts'
import { figuresSql, hoursSql } from './order-figures.ts'
import { activeCountsSql, boundsSql, firstScanSql, mergedSql, sampleSql, sortedSql, valuesOf } from './orders-list.ts'
import { changedSql } from './orders-sync.ts'

const database = createDatabase({ file: ':memory:', records: [...coreRecords, deviceRecords] })
test.before(() => database.open())
test.after(() => database.close())

function planOf(sql: string | undefined, values: Values): string[] {
  assert.ok(sql)
  return database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values).map(({ detail }) => detail)
}

test('every list is a merge of index ranges in the order of the list, without scan or sort', () => {
  const lists = everyList.map((query) => planOf(mergedSql(query, 0), valuesOf(query, [])))
  const scans = everyList.map((query) => {
    const plan = planOf(firstScanSql(query, 1), valuesOf(query, ['BOIL']))
    // The outermost scan counts the rows of the list.
    assert.match(plan.at(-1) ?? '', /^SCAN \(subquery-\d+\)$/)
    return plan.slice(0, -1)
  })
  for (const plan of [...lists, ...scans]) {
    const ranges = plan.filter((line) => line.includes(' orders '))
    for (const line of ranges) assert.match(line, /^SEARCH .*status=\? AND created_at>\? AND \(created_at,id\)</)
    assert.not(
      plan.some((line) => /SCAN|TEMP B-TREE/.test(line)),
      plan.join('\n'),
    )
  }
})

test('the matches of a search are fetched by key', () => {
  for (const scope of scopes) {
    const query = { scope, limit: 50 }
    const plan = planOf(sortedSql(query, 0), { ...valuesOf(query, []), few: '[]' })
    assert.not(
      plan.some((line) => /SCAN orders/.test(line)),
      plan.join('\n'),
    )
  }
})

test('how frequent tokens are is estimated without reading every order', () => {
  for (const plan of [planOf(boundsSql, {}), planOf(sampleSql(2), { seqs: '[]' })])
    assert.ok(
      plan.some((line) => line.startsWith('SEARCH orders')) && !plan.some((line) => /SCAN orders/.test(line)),
      plan.join('\n'),
    )
})

test('the sweep of unpublished orders reads those that have changed last', () => {
  assert.equal(planOf(unpublishedSql, {}).slice(0, 2), [
    'SCAN changed',
    'SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)',
  ])
})

test('active counts and sync read their indexes only', () => {
  assert.match(planOf(activeCountsSql, {}).join(), /COVERING INDEX orders_active/)
  assert.match(planOf(changedSql({ kind: 'all' }), {}).join(), /^SEARCH .*orders_by_change \(\(changed_at,rowid\)>/)
  assert.match(
    planOf(changedSql({ kind: 'customer', id: 'ana' }), {}).join(),
    /^SEARCH .*orders_by_customer_change \(customer_id=\? AND \(changed_at,rowid\)>/,
  )
})

test('figures are ranges of their key', () => {
  for (const sql of [figuresSql, hoursSql])
    assert.equal(planOf(sql, {}), ['SEARCH figures USING PRIMARY KEY (kind=? AND level=? AND period>? AND period<?)'])
})

test('a vendor’s devices are a range of their index, in the order of the list', () => {
  assert.equal(planOf(listQuerySql(deviceRecords, { index: 'byVendor', where: { vendorId: 'bob' } }), {}), [
    'SEARCH devices USING INDEX devices_by_vendor (vendor_id=?)',
  ])
})

test('frequent and rare words are found', async () => {
  const store = createSqliteStore({ file: ':memory:', clock: systemClock })
  await store.start()
  const created = Array.from({ length: 2300 }, (_, n) =>
    anOrder({
      createdAt: new Date(n * 1000).toISOString(),
      status: orderStatuses[n % orderStatuses.length],
      customer: n % 10 ? { id: 'ana', name: 'Ana Common' } : { id: 'eve', name: 'Eve Common' },
    }),
  )
  const rare = anOrder({
    id: 'rare',
    createdAt: new Date(-1000).toISOString(),
    customer: { id: 'zoe', name: '山田太郎 O’Brien ใจดี' },
    contact: { phone: '+49 30 5550999', address: '渋谷1丁目12番 Łódź' },
    items: [{ serviceId: 's', name: 'エアコン修理サービス', quantity: 1, unitPrice: 1 }],
  })
  await Promise.all([...created, rare].map((order) => store.orders.create(order)))
  const list = async (query: Partial<OrderListQuery>) =>
    (await store.orders.list({ scope: { kind: 'all' }, limit: 3000, ...query })).map(({ id }) => id)
  const expected = (matches: (order: (typeof created)[number]) => boolean) =>
    created
      .filter(matches)
      .map(({ id }) => id)
      .toReversed()

  assert.equal(
    await list({ q: 'com' }),
    expected(() => true),
  )
  assert.equal(
    await list({ q: 'COMMON boil', statuses: ['pending'] }),
    expected(({ status }) => status === 'pending'),
  )
  assert.equal(
    await list({ q: 'common', scope: { kind: 'customer', id: 'eve' } }),
    expected((o) => o.customer.id === 'eve'),
  )
  assert.equal(
    await list({ q: 'eve common' }),
    expected((o) => o.customer.id === 'eve'),
  )
  assert.equal(await list({ q: 'ommon' }), [])
  // Beyond the first orders of the list, so the text index is read.
  for (const q of [
    '修理',
    '理サー',
    'コン修理サ',
    '太郎 修',
    "o'brien",
    'OBRIEN',
    'brien',
    'łódz',
    '12番',
    '1丁目',
    'ดี',
  ])
    assert.equal(await list({ q }), ['rare'], q)
  for (const q of ['修サ', 'rien', '山郎']) assert.equal(await list({ q }), [], q)
  assert.equal(await list({ q: 'eve', limit: 20 }), expected((o) => o.customer.id === 'eve').slice(0, 20))
  await store.stop()
})

test('words are found together, however frequent each of them is', async () => {
  const store = createSqliteStore({ file: ':memory:', clock: systemClock })
  await store.start()
  // The newest thousand have none of the words. Of the others, all have one, a fifth each of two, and a fiftieth the fourth.
  const others = (n: number) =>
    `Common ${n % 5 === 0 ? 'Red' : ''} ${n % 5 === 1 ? 'Blue' : ''} ${n % 50 === 2 ? 'Rare' : ''}`
  const named = (n: number) => (n === 700 ? 'Common Red Blue' : n < 2_000 ? others(n) : 'Plain')
  const created = Array.from({ length: 3_100 }, (_, n) =>
    anOrder({ createdAt: new Date(n * 1000).toISOString(), customer: { id: 'ana', name: named(n) } }),
  )
  await Promise.all(created.map((order) => store.orders.create(order)))
  for (const words of [
    'COMMON',
    'RED',
    'RED BLUE',
    'COMMON BLUE RED',
    'RARE COMMON',
    'RARE',
    'RARE RED',
    'COMMON PLAIN',
  ]) {
    const has = (name: string) => words.split(' ').every((word) => name.toUpperCase().includes(word))
    const expected = created.filter(({ customer }) => has(customer.name)).map(({ id }) => id)
    const found = await store.orders.list({ scope: { kind: 'all' }, limit: 3_100, q: words })
    assert.equal(
      found.map(({ id }) => id),
      expected.toReversed(),
      words,
    )
  }
  await store.stop()
})

test.run()
