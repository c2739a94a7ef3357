import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  findTransition,
  isAssignable,
  isFinal,
  nextStatuses,
  orderStatuses,
  transitions,
  type OrderStatus,
} from './order-status.ts'

const customer = { id: 'c', role: 'customer' } as const
const vendor = { id: 'v', role: 'vendor' } as const
const otherVendor = { id: 'w', role: 'vendor' } as const
const admin = { id: 'a', role: 'admin' } as const

/** An order in `status`, with a vendor where one has been chosen. */
const order = (status: OrderStatus) => ({
  status,
  customer: { id: 'c' },
  vendor: ['pending', 'rejected'].includes(status) ? null : { id: 'v' },
  declinedBy: [],
})

test('every status can be reached from pending', () => {
  const reached = new Set<OrderStatus>(['pending'])
  for (const from of reached) for (const row of transitions) if (row.from === from) reached.add(row.to)
  assert.equal([...reached].sort(), [...orderStatuses].sort())
})

test('only completed, rejected and cancelled are dead ends', () => {
  assert.equal(orderStatuses.filter(isFinal), ['completed', 'rejected', 'cancelled'])
})

test('no row stands in the table twice', () => {
  const rows = transitions.flatMap((row) => row.by.map((party) => `${row.from} ${row.to} ${row.action} ${party}`))
  assert.is(new Set(rows).size, rows.length)
})

test('every triple of status, target and role is as the contract has it', () => {
  // Written out from contract.md, apart from the table it checks: actor → from → what they may set.
  const allowed: [typeof customer | typeof vendor | typeof admin, Partial<Record<OrderStatus, OrderStatus[]>>][] = [
    [customer, { pending: ['cancelled'], accepted: ['cancelled'] }],
    [
      vendor,
      {
        pending: ['accepted', 'rejected'],
        accepted: ['on_the_way', 'pending'],
        on_the_way: ['in_progress', 'pending'],
        in_progress: ['completed'],
      },
    ],
    [otherVendor as never, { pending: ['accepted', 'rejected'] }],
    [
      admin,
      {
        pending: ['cancelled'],
        accepted: ['pending', 'cancelled'],
        on_the_way: ['pending', 'cancelled'],
        in_progress: ['cancelled'],
      },
    ],
  ]
  let triples = 0
  for (const [actor, table] of allowed) {
    for (const from of orderStatuses) {
      assert.equal(nextStatuses(actor, order(from)), table[from] ?? [], `${actor.role} ${from}`)
      for (const to of orderStatuses) {
        const row = findTransition(actor, order(from), to)
        assert.is(row !== null, table[from]?.includes(to) ?? false, `${actor.role} ${from} → ${to}`)
        triples++
      }
    }
  }
  assert.is(triples, 4 * 7 * 7)
})

test('assigning is an admin’s alone, while nobody has begun the work', () => {
  assert.equal(orderStatuses.filter(isAssignable), ['pending', 'accepted', 'on_the_way'])
  for (const actor of [customer, vendor, otherVendor]) {
    for (const from of orderStatuses) assert.is(findTransition(actor, order(from), 'accepted', 'assign'), null)
  }
})

test('a vendor who has declined an order can do nothing more with it', () => {
  assert.equal(nextStatuses(vendor, { ...order('pending'), declinedBy: ['v'] }), [])
})

test('a customer can do nothing with another one’s order', () => {
  for (const from of orderStatuses) assert.equal(nextStatuses({ id: 'x', role: 'customer' }, order(from)), [])
})

test.run()
