import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OrderStatus } from '#shared/order-status.ts'
import type { HistoryEntry, Order } from '#shared/orders.ts'
import { anOrder, at } from '../../testing/orders.ts'
import { dueTime, lateAfter, waitOf, waitsSince } from './waiting.ts'

const ana = { id: 'ana', name: 'Ana Petrova' }
const entry = (status: OrderStatus, minute: number, assigned?: typeof ana): HistoryEntry => ({
  status,
  at: at(minute),
  by: { ...ana, role: 'vendor' },
  note: null,
  ...(assigned && { assigned }),
})

/** The minute after which the order has waited too long. */
function lateMinute(status: OrderStatus, history: HistoryEntry[], scheduledFor: string | null = null) {
  const late = lateAfter(anOrder({ status, createdAt: at(0), scheduledFor, history }))
  return late === null ? null : (late - Date.parse(at(0))) / 60_000
}

test('work is due at its appointment, else when it was placed', () => {
  assert.is(dueTime(anOrder({ createdAt: at(0) })), at(0))
  assert.is(dueTime(anOrder({ createdAt: at(0), scheduledFor: at(5_000) })), at(5_000))
})

test('an order that was placed early is not late before it is due', () => {
  assert.is(lateMinute('pending', [entry('pending', 0)]), 10)
  assert.is(lateMinute('pending', [entry('pending', 0)], at(5_000)), 5_010)
  assert.is(lateMinute('accepted', [entry('pending', 0), entry('accepted', 3)], at(5_000)), 5_030)
  const released = [entry('pending', 0), entry('accepted', 3), entry('pending', 9)]
  assert.is(lateMinute('pending', released), 10)
})

test('an order waits from when it is due, an order placed after the last tick of the clock at once', () => {
  const wait = (minute: number, given: Partial<Order> = {}) =>
    waitOf(anOrder({ createdAt: at(0), ...given }), Date.parse(at(minute)))
  assert.equal([wait(-1), wait(0), wait(10), wait(11)], ['due', 'due', 'due', 'late'])
  const scheduledFor = at(100)
  assert.equal(
    [99, 100, 111].map((minute) => wait(minute, { scheduledFor })),
    ['none', 'due', 'late'],
  )
  assert.is(wait(50, { status: 'cancelled' }), 'none')
})

test('a vendor who is on the way too long is late, from when the vendor set off', () => {
  const history = [entry('pending', 0), entry('accepted', 20), entry('on_the_way', 45)]
  assert.is(lateMinute('accepted', history.slice(0, 2)), 50)
  assert.is(lateMinute('on_the_way', history), 105)
  assert.is(lateMinute('on_the_way', history, at(200)), 260)
})

test('a reassigned order gives its new vendor the whole time', () => {
  assert.is(lateMinute('accepted', [entry('pending', 0), entry('accepted', 3), entry('accepted', 40, ana)]), 70)
})

test('a new name neither ends nor begins a wait', () => {
  const newName = { ...entry('accepted', 20), renamed: { kind: 'vendor', id: 'ana', from: 'A', to: 'B' } as const }
  assert.is(lateMinute('accepted', [entry('pending', 0), entry('accepted', 3), newName]), 33)
  assert.is(lateMinute('accepted', [entry('pending', 0), entry('accepted', 3, ana), newName]), 33)
  assert.is(lateMinute('pending', [entry('pending', 0), { ...newName, status: 'pending' }]), 10)
})

test('deadlines of a service count instead of the fixed limits, also before an appointment and at work', () => {
  const deadlines = new Map([['s1', { acceptWithin: 3, finishWithin: 5 }]])
  const items = [{ serviceId: 's1', name: 'Boiler service', quantity: 1, unitPrice: 9500 }]
  const wait = (minute: number, given: Partial<Order>) =>
    waitOf(anOrder({ createdAt: at(0), items, ...given }), Date.parse(at(minute)), deadlines)
  const placed = { scheduledFor: at(500), history: [entry('pending', 0)] }
  assert.equal(
    [3, 4, 600].map((minute) => wait(minute, placed)),
    ['none', 'late', 'late'],
  )
  assert.is(waitsSince(anOrder({ createdAt: at(0), ...placed }), Date.parse(at(4))), at(0))
  assert.is(waitsSince(anOrder({ createdAt: at(0), ...placed }), Date.parse(at(501))), at(500))
  const accepted = [entry('pending', 0), entry('accepted', 2)]
  assert.is(wait(300, { status: 'accepted', history: accepted }), 'due', 'no deadline, so never late')
  const working: Partial<Order> = { status: 'in_progress', history: [...accepted, entry('in_progress', 20)] }
  assert.equal([wait(25, working), wait(26, working)], ['due', 'late'])
  const other = [{ serviceId: 's2', name: 'Door', quantity: 1, unitPrice: 1 }]
  assert.is(wait(4, { items: other, history: [entry('pending', 0)] }), 'due', 'the fixed limit')
})

test('work in progress and an ended order do not wait', () => {
  for (const status of ['in_progress', 'completed', 'cancelled', 'rejected'] as const)
    assert.is(lateMinute(status, [entry('pending', 0), entry(status, 5)]), null)
})

test.run()
