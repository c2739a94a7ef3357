import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Role } from '#shared/actors.ts'
import { forwardPath, orderStatuses, transitions, type OrderStatus } from '#shared/order-status.ts'
import type { HistoryEntry } from '#shared/orders.ts'
import { anOrder, at } from '../../testing/orders.ts'
import { historyLabel, noteOf, sentenceFor, stepLabel, stepsOf } from './progress.ts'

const entry = (status: OrderStatus, minute: number, role: Role = 'vendor'): HistoryEntry => ({
  status,
  at: at(minute),
  by: { id: role, name: role, role },
  note: null,
})
const through = (...history: HistoryEntry[]) =>
  anOrder({
    history,
    status: history.at(-1)?.status ?? 'pending',
    createdAt: at(0),
    vendor: { id: 'ana', name: 'Ana' },
  })
const inShort = (order: ReturnType<typeof anOrder>) =>
  stepsOf(order).map(
    ({ status, at: when, state }) => `${stepLabel(status)} ${state}${when ? ` ${when.slice(14, 16)}` : ''}`,
  )

test('steps with their times: what was, what is, what comes', () => {
  assert.equal(inShort(through(entry('pending', 0, 'customer'), entry('accepted', 2), entry('on_the_way', 9))), [
    'Ordered done 00',
    'Accepted done 02',
    'On the way current 09',
    'In progress ahead',
    'Completed ahead',
  ])
})

test('a completed order has no current step', () => {
  const steps = stepsOf(
    through(
      entry('pending', 0),
      entry('accepted', 1),
      entry('on_the_way', 2),
      entry('in_progress', 3),
      entry('completed', 4),
    ),
  )
  assert.ok(steps.every(({ state }) => state === 'done'))
})

test('a reassigned order begins anew with its new vendor', () => {
  const assigned = { ...entry('accepted', 5, 'admin'), assigned: { id: 'ben', name: 'Ben' } }
  const order = through(entry('pending', 0), entry('accepted', 1), entry('on_the_way', 2), assigned)
  assert.equal(inShort(order), [
    'Ordered done 00',
    'Accepted current 05',
    'On the way ahead',
    'In progress ahead',
    'Completed ahead',
  ])
})

test('a released order is back at its first step, with the time it was ordered', () => {
  const order = through(entry('pending', 0), entry('accepted', 2), entry('pending', 5))
  assert.equal(inShort(order).slice(0, 2), ['Ordered current 00', 'Accepted ahead'])
  assert.match(sentenceFor({ ...order, vendor: null }), /step back/)
})

test('what was cancelled ends where it ended', () => {
  assert.equal(inShort(through(entry('pending', 0), entry('accepted', 2), entry('cancelled', 5, 'customer'))), [
    'Ordered done 00',
    'Accepted done 02',
    'Cancelled current 05',
  ])
})

test('one sentence describes what happens now', () => {
  assert.match(
    sentenceFor(through(entry('pending', 0), entry('accepted', 1), entry('on_the_way', 2))),
    /^Ana is on the way/,
  )
  assert.match(sentenceFor(through(entry('pending', 0), entry('cancelled', 1, 'admin'))), /our team/)
})

test('the entry before distinguishes a decline from a release', () => {
  const open = entry('pending', 1)
  assert.is(historyLabel(open, undefined), 'Ordered')
  assert.is(historyLabel(open, entry('pending', 0)), 'Declined')
  assert.is(historyLabel(open, entry('on_the_way', 0)), 'Released')
  assert.is(historyLabel(entry('accepted', 1, 'admin'), entry('pending', 0)), 'Assigned')
  assert.is(historyLabel(entry('accepted', 1, 'admin'), entry('accepted', 0)), 'Reassigned')
})

test('an order shows its status as the current step, or has all steps done', () => {
  for (const status of orderStatuses) {
    const steps = stepsOf(through(entry('pending', 0), entry('accepted', 1), entry(status, 2)))
    const current = steps.filter((step) => step.state === 'current').map((step) => step.status)
    if (status === forwardPath.at(-1)) assert.equal([current, steps.at(-1)?.state], [[], 'done'])
    else assert.equal(current, [status])
  }
})

test('a new name is no step: times and labels are those of the changes before and after it', () => {
  const renamed = { kind: 'service', id: 's1', from: 'A', to: 'B' } as const
  const newName = (status: OrderStatus, minute: number) => ({ ...entry(status, minute, 'admin'), renamed })
  const history = [entry('pending', 0), newName('pending', 3), entry('accepted', 5), newName('accepted', 7)]
  assert.equal(inShort(through(...history)).slice(0, 3), ['Ordered done 00', 'Accepted current 05', 'On the way ahead'])
  assert.is(historyLabel(entry('accepted', 5), history[1]), 'Accepted')
  const [assigned, setOff] = [
    { ...entry('accepted', 5, 'admin'), assigned: { id: 'ben', name: 'Ben' } },
    entry('on_the_way', 9),
  ]
  assert.equal(
    inShort(through(entry('pending', 0), entry('accepted', 1), assigned, newName('accepted', 7), setOff)).slice(0, 3),
    ['Ordered done 00', 'Accepted done 05', 'On the way current 09'],
  )
})

test('every transition has its text in the history', () => {
  for (const row of transitions) {
    for (const party of row.by) {
      const role = party === 'its_customer' ? 'customer' : party.endsWith('vendor') ? 'vendor' : 'admin'
      assert.ok(historyLabel(entry(row.to, 1, role), entry(row.from, 0)), row.action)
    }
  }
})

test('an assignment names its vendor, whether it is stored as data or as the note of earlier versions', () => {
  const assigned = entry('accepted', 1, 'admin')
  assert.is(noteOf({ ...assigned, assigned: { id: 'ana', name: 'Ana' } }), 'Assigned to Ana')
  assert.is(noteOf({ ...assigned, note: 'Assigned to Ana' }), 'Assigned to Ana')
  assert.is(noteOf(assigned), null)
})

test.run()
