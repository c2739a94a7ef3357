import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { OrderStats } from '#shared/figures.ts'
import { createSqliteStore } from '../../storage/sqlite/index.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder, aService, aUser } from '../../testing/records.ts'
import { createFiguresService } from './figures.service.ts'

const test = suite('figures')

const clock = new StillClock()
const store = createSqliteStore({ file: ':memory:', clock })
const { stats } = createFiguresService({ store, clock })
const bob = { id: 'bob', name: 'Bob as he was' }
const by = { ...bob, role: 'vendor' } as const
const at = (time: string) => `2026-03-02T${time}:00.000Z`

test.before(async () => {
  clock.set(Date.parse(at('12:20')) - clock.now())
  await store.start()
  await store.users.create(aUser({ id: 'bob', name: 'Bob as he is', role: 'vendor' }))
  await store.services.create(aService({ id: 'boiler', name: 'Boiler service' }))
  const life = [
    ['pending', '08:10'],
    ['accepted', '08:15'],
    ['on_the_way', '08:30'],
    ['in_progress', '09:00'],
    ['completed', '10:15'],
  ] as const
  const history = life.map(([status, time]) => ({ status, at: at(time), by, note: null, vendor: bob }))
  await store.orders.create(anOrder({ status: 'completed', vendor: bob, createdAt: at('08:10'), history }))
  await store.orders.create(anOrder({ status: 'cancelled', createdAt: at('08:59') }))
  await store.orders.create(
    anOrder({ createdAt: at('12:10'), items: [{ serviceId: 'gone', name: 'G', quantity: 1, unitPrice: 9000 }] }),
  )
})
test.after(() => store.stop())

test('they count orders by hour and status, measure durations, and sum up revenue, by vendor and service', async () => {
  const found = OrderStats.parse(await stats({ from: '2026-03-02', to: at('12:15') }))
  assert.equal([found.from, found.to, found.total], [at('00:00'), at('13:00'), 3])
  assert.equal(found.hours, [
    { at: at('08:00'), statuses: { completed: 1, cancelled: 1 } },
    { at: at('12:00'), statuses: { pending: 1 } },
  ])
  assert.equal(found.revenue, [{ currency: 'EUR', amount: 9000 }])
  const { waiting, driving, working, fulfilment } = found.durations
  for (const [{ count, median, p90 }, minutes] of [
    [waiting, 5],
    [driving, 30],
    [working, 75],
    [fulfilment, 120],
  ] as const) {
    assert.is(count, 1)
    for (const seconds of [median, p90]) assert.ok(Math.abs((seconds ?? 0) / 60 / minutes - 1) <= 0.05, `${seconds}`)
  }
  assert.equal(
    found.vendors.map(({ id, name, statuses }) => ({ id, name, statuses })),
    [{ id: 'bob', name: 'Bob as he is', statuses: { completed: 1 } }],
  )
  assert.equal(
    found.services.map(({ id, name, total, revenue }) => ({ id, name, total, revenue })),
    [
      { id: 'boiler', name: 'Boiler service', total: 2, revenue: [{ currency: 'EUR', amount: 9000 }] },
      { id: 'gone', name: null, total: 1, revenue: [] },
    ],
  )
})

test('without a range they are of the last thirty days', async () => {
  const { from, to, total } = await stats({})
  assert.equal([from, to, total], ['2026-01-31T13:00:00.000Z', at('13:00'), 3])
  const { durations, hours, vendors } = await stats({ to: at('08:00') })
  assert.equal([durations.waiting, hours, vendors], [{ count: 0, median: null, p90: null }, [], []])
})

test('a range that is empty or too long is refused', async () => {
  for (const query of [
    { from: at('10:00'), to: at('09:00') },
    { from: '2020-01-01', to: at('09:00') },
  ]) {
    const refusal: unknown = await stats(query).catch((error: unknown) => error)
    assert.match(String(refusal), 'from: The range must')
  }
  assert.is((await stats({ from: '9999-12-01T00:00:00.000Z', to: '9999-12-31T23:00:00.000Z' })).total, 0)
})

test.run()
