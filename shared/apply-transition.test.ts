import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { applyTransition, type OrderHistoryEntry, type TransitionInput } from './apply-transition.ts'
import { findTransition, transitionsBy, type OrderStatus } from './order-status.ts'

const customer = { id: 'c', name: 'Mia', role: 'customer' } as const
const ana = { id: 'v', name: 'Ana', role: 'vendor' } as const
const ben = { id: 'w', name: 'Ben', role: 'vendor' } as const
const admin = { id: 'a', name: 'Kim', role: 'admin' } as const
type Person = typeof customer | typeof ana | typeof ben | typeof admin

const minute = (n: number) => `2026-01-01T00:0${n}:00.000Z`
const vendorOf = ({ id, name }: Person) => ({ id, name })

/** The server's record, as far as a transition reads it. */
interface StoredOrder {
  status: OrderStatus
  version: number
  customer: { id: string }
  vendor: { id: string; name: string } | null
  declinedBy: string[]
  history: OrderHistoryEntry[]
  updatedAt: string
}

function orderIn(status: OrderStatus, vendor: Person | null = null): StoredOrder {
  const entry = { status, at: minute(1), by: customer, note: null, vendor: vendor && vendorOf(vendor) }
  return {
    status,
    version: 1,
    customer: vendorOf(customer),
    vendor: entry.vendor,
    declinedBy: [],
    history: [entry],
    updatedAt: minute(1),
  }
}

function apply(order: StoredOrder, to: OrderStatus, actor: Person, input: TransitionInput = {}, now = minute(2)) {
  const row = findTransition(actor, order, to, Date.parse(now), input.assigned ? 'assign' : 'status')
  if (!row) throw new Error(`no row ${order.status} → ${to}`)
  return applyTransition(order, row, actor, input, now)
}

test('a claim makes the actor the vendor, in a new version with one more history entry', () => {
  const before = orderIn('pending')
  const after = apply(before, 'accepted', ana, { note: 'Soon', commandId: 'k' })
  assert.equal(after, {
    ...before,
    status: 'accepted',
    version: 2,
    vendor: { id: 'v', name: 'Ana' },
    history: [
      ...before.history,
      { status: 'accepted', at: minute(2), by: ana, note: 'Soon', vendor: { id: 'v', name: 'Ana' }, commandId: 'k' },
    ],
    updatedAt: minute(2),
  })
  assert.equal(before, orderIn('pending'))
})

test('an assignment makes the named vendor the vendor, and the history entry names that vendor', () => {
  for (const before of [orderIn('pending'), orderIn('on_the_way', ben)]) {
    const after = apply(before, 'accepted', admin, { assigned: vendorOf(ana) })
    assert.equal([after.status, after.vendor], ['accepted', vendorOf(ana)])
    assert.equal(after.history.at(-1), {
      status: 'accepted',
      at: minute(2),
      by: admin,
      assigned: vendorOf(ana),
      note: null,
      vendor: vendorOf(ana),
    })
  }
})

test('an assignment without a vendor throws', () => {
  const row = findTransition(admin, orderIn('pending'), 'accepted', 0, 'assign')
  assert.ok(row)
  assert.throws(() => row && applyTransition(orderIn('pending'), row, admin, {}, minute(2)), /names no vendor/)
})

test('a step of the work keeps the vendor, a release takes it away, and the reason is the note', () => {
  assert.equal(apply(orderIn('accepted', ana), 'on_the_way', ana).vendor, vendorOf(ana))
  const released = apply(orderIn('on_the_way', ana), 'pending', ana, { reason: 'Ill', note: 'ignored' })
  assert.equal([released.status, released.vendor, released.declinedBy], ['pending', null, []])
  assert.is(released.history.at(-1)?.note, 'Ill')
})

test('a declined order stays pending until every active vendor has declined it', () => {
  const once = apply(orderIn('pending'), 'rejected', ana, { reason: 'Far' })
  assert.equal([once.status, once.vendor, once.declinedBy], ['pending', null, ['v']])
  const twice = apply(once, 'rejected', ben, { reason: 'Full', declinedByAll: true })
  assert.equal([twice.status, twice.vendor, twice.declinedBy, twice.version], ['rejected', null, ['v', 'w'], 3])
})

test('the server rejects in the name of an admin, who does not count as having declined', () => {
  const declined = apply(orderIn('pending'), 'rejected', ana, { reason: 'Far' })
  const [row] = transitionsBy('server', declined.status)
  assert.ok(row)
  const rejected = row && applyTransition(declined, row, admin, {}, minute(3))
  assert.equal([rejected?.status, rejected?.declinedBy], ['rejected', ['v']])
})

test('a late change has the time at which it happened, between the last change and now', () => {
  const times = (occurredAt: string) => {
    const { history, updatedAt } = apply(orderIn('accepted', ana), 'on_the_way', ana, { occurredAt }, minute(5))
    return [history.at(-1)?.at, history.at(-1)?.recordedAt, updatedAt]
  }
  assert.equal(times(minute(3)), [minute(3), minute(5), minute(5)])
  assert.equal(times(minute(0)), [minute(1), minute(5), minute(5)])
  assert.equal(times(minute(9)), [minute(5), undefined, minute(5)])
})

test('a clock that is set back does not make the history run backwards', () => {
  const order = apply(orderIn('pending'), 'accepted', ana, {}, minute(5))
  const next = apply(order, 'on_the_way', ana, {}, minute(2))
  assert.equal([next.history.at(-1)?.at, next.updatedAt], [minute(5), minute(5)])
  const late = apply(next, 'in_progress', ana, { occurredAt: minute(1) }, minute(3))
  assert.equal([late.history.at(-1)?.at, late.updatedAt], [minute(5), minute(5)])
})

test('an order as a client has it, without declinedBy, gets none', () => {
  const { declinedBy: _, ...offer } = orderIn('pending')
  const row = findTransition(ana, offer, 'rejected', 0)
  assert.ok(row)
  const declined = row && applyTransition(offer, row, ana, { reason: 'Far' }, minute(2))
  assert.equal([declined?.status, declined && 'declinedBy' in declined], ['pending', false])
})

test.run()
