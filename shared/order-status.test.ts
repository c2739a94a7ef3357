import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  activeStatuses,
  assignmentFrom,
  byStatus,
  finalStatuses,
  findTransition,
  forwardPath,
  initialStatus,
  isAssignable,
  isDecline,
  isFinal,
  jobStatuses,
  mayCorrect,
  nextStatuses,
  offeredStatuses,
  openStatuses,
  orderStatuses,
  trackedStatuses,
  transitionBetween,
  transitions,
  type OrderStatus,
} from './order-status.ts'

const customer = { id: 'c', role: 'customer' } as const
const vendor = { id: 'v', role: 'vendor' } as const
const otherVendor = { id: 'w', role: 'vendor' } as const
const admin = { id: 'a', role: 'admin' } as const

/** An order in `status`, with a vendor where it has one. */
const order = (status: OrderStatus) => ({
  status,
  customer: { id: 'c' },
  vendor: ['pending', 'rejected'].includes(status) ? null : { id: 'v' },
  declinedBy: [],
  history: [],
})

const ended = Date.UTC(2026, 0, 1)
/** An order in `status` that was in `before` until `ended`, and was renamed since. */
const endedOrder = (status: OrderStatus, before: OrderStatus) => {
  const at = new Date(ended).toISOString()
  return {
    ...order(status),
    history: [
      { status: before, at },
      { status, at },
      { status, at, renamed: {} },
    ],
  }
}

test('every status can be reached from the initial one', () => {
  const reached = new Set<OrderStatus>([initialStatus])
  for (const from of reached) for (const row of transitions) if (row.from === from) reached.add(row.to)
  assert.equal([...reached].sort(), [...orderStatuses].sort())
})

test('only completed, failed, rejected and cancelled are final', () => {
  assert.equal(finalStatuses, ['completed', 'failed', 'rejected', 'cancelled'])
  assert.equal(orderStatuses.filter(isFinal), finalStatuses)
})

test('a status is final exactly when only reopening leads out of it', () => {
  for (const status of orderStatuses) {
    assert.is(
      isFinal(status),
      transitions.every((row) => row.from !== status || row.action === 'reopen'),
      status,
    )
  }
})

test('an open status is either offered or has a vendor who works on it', () => {
  assert.equal(openStatuses, ['pending', 'accepted', 'on_the_way', 'in_progress'])
  assert.equal([offeredStatuses, activeStatuses], [['pending'], ['accepted', 'on_the_way', 'in_progress']])
  assert.equal([...offeredStatuses, ...activeStatuses].sort(), [...openStatuses].sort())
})

test('jobs and tracking concern only orders on which a vendor works', () => {
  assert.equal([jobStatuses, trackedStatuses], [['accepted', 'on_the_way', 'in_progress'], ['on_the_way']])
  for (const status of [...jobStatuses, ...trackedStatuses]) assert.ok(activeStatuses.includes(status), status)
})

test('a transition gives the order a vendor exactly when it leads into an active status', () => {
  for (const { from, to, action, vendor: effect } of transitions) {
    const before = activeStatuses.includes(from) || isFinal(from)
    const after = effect === 'keeps' ? before : effect === 'claims' || effect === 'assigns'
    // A final status keeps the vendor, for the record.
    if (!isFinal(to)) assert.is(activeStatuses.includes(to), after, `${action} from ${from}`)
  }
})

test('no status has two forward transitions, and they lead from the initial to a final status', () => {
  for (const status of orderStatuses) {
    assert.ok(transitions.filter((row) => row.from === status && row.forward).length <= 1, status)
  }
  assert.equal(forwardPath, ['pending', 'accepted', 'on_the_way', 'in_progress', 'completed'])
})

test('two successive history entries name one transition', () => {
  for (const row of transitions) {
    for (const party of row.by) {
      const role = party === 'its_customer' ? 'customer' : party.endsWith('vendor') ? 'vendor' : 'admin'
      assert.is(transitionBetween({ status: row.from }, { status: row.to, by: { role } }), row)
    }
  }
  const vendorLeft = { status: initialStatus, by: vendor }
  assert.is(transitionBetween({ status: initialStatus }, vendorLeft)?.action, 'decline')
  assert.ok(isDecline({ status: initialStatus }, vendorLeft))
  assert.not(isDecline({ status: 'pending' }, { status: 'rejected', by: admin }))
  assert.not(isDecline({ status: 'on_the_way' }, { status: 'pending', by: vendor }))
  assert.is(transitionBetween({ status: 'completed' }, { status: 'pending', by: admin }), undefined)
})

test('byStatus has a value for each status', () => {
  assert.equal(Object.keys(byStatus((status) => status.length)), [...orderStatuses])
  assert.is(byStatus((status) => status.length).pending, 'pending'.length)
})

test('no row stands in the table twice', () => {
  const rows = transitions.flatMap((row) => row.by.map((party) => `${row.from} ${row.to} ${row.action} ${party}`))
  assert.is(new Set(rows).size, rows.length)
})

test('every combination of status, target and role is as in the contract', () => {
  // Copied from contract.md, independent of the table under test: actor → from → statuses the actor may set.
  const allowed: [typeof customer | typeof vendor | typeof admin, Partial<Record<OrderStatus, OrderStatus[]>>][] = [
    [customer, { pending: ['cancelled'], accepted: ['cancelled'] }],
    [
      vendor,
      {
        pending: ['accepted', 'rejected'],
        accepted: ['on_the_way', 'pending'],
        on_the_way: ['in_progress', 'failed', 'pending'],
        in_progress: ['completed', 'failed'],
      },
    ],
    [otherVendor as never, { pending: ['accepted', 'rejected'] }],
    [
      admin,
      {
        pending: ['cancelled'],
        accepted: ['pending', 'cancelled'],
        on_the_way: ['pending', 'cancelled'],
        in_progress: ['pending', 'cancelled'],
      },
    ],
  ]
  let triples = 0
  for (const [actor, table] of allowed) {
    for (const from of orderStatuses) {
      assert.equal(nextStatuses(actor, order(from), 0), table[from] ?? [], `${actor.role} ${from}`)
      for (const to of orderStatuses) {
        const row = findTransition(actor, order(from), to, 0)
        assert.is(row !== null, table[from]?.includes(to) ?? false, `${actor.role} ${from} → ${to}`)
        triples++
      }
    }
  }
  assert.is(triples, 4 * 8 * 8)
})

test('an order that has ended is reopened to the status before, by its vendor for a minute, by an admin for a day', () => {
  const [minute, day] = [60_000, 24 * 3_600_000]
  const cases = [
    ['completed', 'in_progress', ['in_progress']],
    ['failed', 'in_progress', ['in_progress']],
    ['failed', 'on_the_way', ['on_the_way']],
    ['cancelled', 'accepted', []],
  ] as const
  for (const [status, before, expected] of cases) {
    const one = endedOrder(status, before)
    assert.equal(nextStatuses(vendor, one, ended + minute), expected)
    assert.equal(nextStatuses(vendor, one, ended + minute + 1), [])
    assert.equal(nextStatuses(admin, one, ended + day), expected)
    assert.equal(nextStatuses(admin, one, ended + day + 1), [])
    for (const other of [customer, otherVendor]) assert.equal(nextStatuses(other, one, ended), [])
  }
})

test('details are corrected by the customer until the vendor sets off, by an admin until the order ends', () => {
  const correctable = (who: Parameters<typeof mayCorrect>[0]) =>
    orderStatuses.filter((status) => mayCorrect(who, order(status)))
  assert.equal(correctable(customer), ['pending', 'accepted'])
  assert.equal(correctable(admin), ['pending', 'accepted', 'on_the_way', 'in_progress'])
  assert.equal(correctable({ ...admin, reader: 'with_contact' }), [])
  for (const who of [vendor, otherVendor, { id: 'x', role: 'customer' } as const]) assert.equal(correctable(who), [])
})

test('only an admin assigns, and gives a reason once the work has begun', () => {
  assert.equal(orderStatuses.filter(isAssignable), ['pending', 'accepted', 'on_the_way', 'in_progress'])
  assert.equal(
    orderStatuses.filter((status) => assignmentFrom(status)?.reasonRequired),
    ['in_progress'],
  )
  for (const actor of [customer, vendor, otherVendor]) {
    for (const from of orderStatuses) assert.is(findTransition(actor, order(from), 'accepted', 0, 'assign'), null)
  }
})

test('a vendor who has declined an order can do nothing more with it', () => {
  assert.equal(nextStatuses(vendor, { ...order('pending'), declinedBy: ['v'] }, 0), [])
})

test('a customer can do nothing with the order of another customer', () => {
  for (const from of orderStatuses) assert.equal(nextStatuses({ id: 'x', role: 'customer' }, order(from), 0), [])
})

test.run()
