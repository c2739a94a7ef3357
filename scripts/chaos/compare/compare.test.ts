import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Actor } from '#shared/actors.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { changed, newOrder } from '../../../server/services/order-changes.ts'
import { presentOrder, presentOrderTo } from '../../../server/services/presenters.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import type { Screen } from '../actors/dashboard.ts'
import { createRecord } from '../acknowledgements.ts'
import type { Difference } from './difference.ts'
import { checkHistory, lastTold } from './histories.ts'
import { checkListener } from './listeners.ts'
import { checkInvariants } from './invariants.ts'
import { checkRest } from './rest.ts'
import { checkScreen } from './screens.ts'

const test = suite('the comparison')

const person = (role: Actor['role'], id: string) => ({
  id,
  name: id,
  email: `${id}@example.org`,
  role,
  active: true,
  createdAt: '2026-01-01T00:00:00.000Z',
})
const [customer, admin] = [person('customer', 'mia'), person('admin', 'alex')]
const [ana, ben] = [person('vendor', 'ana'), person('vendor', 'ben')]
const at = (n: number) => `2026-01-01T00:00:0${n}.000Z`

function order(id = 'o1', notes = 'key-1'): OrderRecord {
  const contact = { phone: '+49 30 1', address: 'Lindenstraße 9' }
  const details = { customer, items: [], currency: 'USD', contact, notes, scheduledFor: null }
  return newOrder({ id, number: id, ...details }, at(1))
}

function step(before: OrderRecord, by: Actor, status: OrderStatus, commandId: string, declines = false): OrderRecord {
  const vendor =
    status === 'pending' || declines ? null : status === 'accepted' ? { id: by.id, name: by.name } : before.vendor
  const declinedBy = declines ? [...before.declinedBy, by.id] : undefined
  return changed(before, { status, vendor, declinedBy, note: commandId, commandId }, by, at(before.version + 1))
}

/** Ben has declined it, Ana has claimed it and set off. */
const declined = step(order(), ben, 'pending', 'c1', true)
const claimed = step(declined, ana, 'accepted', 'c2')
const underWay = step(claimed, ana, 'on_the_way', 'c3')
const stored = new Map([[underWay.id, underWay]])

const kindsOf = (differences: readonly Difference[]) => [...new Set(differences.map(({ kind }) => kind))]
const only = (record: OrderRecord) => new Map([[record.id, record]])

function promises() {
  const record = createRecord()
  record.placed('key-1', customer.id, presentOrder(order(), 'full'))
  record.changed({ orderId: 'o1', by: ana.id, status: 'accepted', commandId: 'c2', version: null })
  record.changed({ orderId: 'o1', by: ben.id, status: 'rejected', commandId: 'c1', version: null })
  return record
}

test('what was promised and is there makes no difference', () => {
  assert.equal(checkInvariants(promises(), stored), [])
  assert.equal(checkHistory(underWay), [])
})

test('an acknowledged order that is not there is lost, and two of one submission are one too many', () => {
  assert.equal(kindsOf(checkInvariants(promises(), new Map())), ['order lost', 'change lost'])
  const twice = new Map([...stored, ['o2', order('o2')]])
  assert.equal(kindsOf(checkInvariants(promises(), twice)), ['order twice'])
})

test('an answer to a request sent again that is not the first one differs', () => {
  const record = promises()
  record.placed('key-1', customer.id, presentOrder(claimed, 'full'))
  assert.equal(kindsOf(checkInvariants(record, stored)), ['answers differ'])
})

test('an acknowledged change that is not in the history is lost, with a command and without', () => {
  const record = promises()
  record.changed({ orderId: 'o1', by: ana.id, status: 'in_progress', commandId: 'c9', version: null })
  assert.equal(kindsOf(checkInvariants(record, stored)), ['change lost'])
  const assigned = createRecord()
  assigned.changed({ orderId: 'o1', by: admin.id, status: 'accepted', commandId: null, version: 4 })
  assert.equal(kindsOf(checkInvariants(assigned, stored)), ['change lost'])
})

test('a command that was applied twice is found', () => {
  const released = step(claimed, ana, 'pending', 'c3')
  const again = step(step(released, ana, 'accepted', 'c4'), ana, 'pending', 'c3')
  assert.equal(kindsOf(checkInvariants(createRecord(), only(again))), ['change twice'])
})

test('a second claim of what is taken is found, and is no step of the table', () => {
  const taken = step(claimed, ben, 'accepted', 'c5')
  assert.equal(kindsOf(checkInvariants(createRecord(), only(taken))), ['two winners'])
  assert.equal(kindsOf(checkHistory(taken)), ['history'])
})

test('a version without its entry, and a step that the table does not have, are found', () => {
  assert.equal(kindsOf(checkHistory({ ...underWay, history: underWay.history.slice(0, 3) })), ['history'])
  assert.equal(kindsOf(checkHistory(step(claimed, ana, 'completed', 'c6'))), ['history'])
  assert.equal(kindsOf(checkHistory(step(claimed, ben, 'on_the_way', 'c7'))), ['history'])
})

test('what a vendor was last told depends on what was theirs to see', () => {
  assert.equal(lastTold(ana.id, underWay), { version: 4, view: 'full' })
  assert.equal(lastTold(ben.id, underWay), { version: 2, view: 'gone' })
  assert.equal(lastTold('cem', underWay), { version: 3, view: 'gone' })
})

test('a listener who was not told is found, and one who was not to be told is not', () => {
  const heard = (vendorId: string, version: number) =>
    checkListener({ name: 'van', vendorId, newest: new Map([['o1', version]]) }, stored)
  assert.equal(kindsOf(heard(ana.id, 3)), ['listener'])
  assert.equal(kindsOf(heard('cem', 2)), ['listener'])
  assert.equal(heard(ana.id, 4), [])
  assert.equal(heard(ben.id, 2), [])
})

test('a list that lacks an order, has an old one or one too many differs', () => {
  const whole = [presentOrderTo(admin, underWay, 'full')]
  assert.equal(checkRest(admin, whole, stored), [])
  assert.equal(kindsOf(checkRest(admin, [], stored)), ['rest'])
  assert.equal(kindsOf(checkRest(admin, [presentOrderTo(admin, claimed, 'full')], stored)), ['rest'])
  assert.equal(kindsOf(checkRest(admin, [...whole, ...whole], stored)), ['rest'])
  assert.equal(kindsOf(checkRest(ben, whole, stored)), ['rest'])
})

function screen(who: Screen['who'], shown: readonly Order[], more: Partial<Screen> = {}): Screen {
  return {
    name: 'screen',
    who,
    phase: 'live',
    feeds: [{ query: {}, ready: () => true, within: () => true }],
    ids: shown.map(({ id }) => id),
    order: (id) => shown.find((one) => one.id === id),
    openCount: null,
    wentBack: [],
    ...more,
  }
}

test('a screen that shows what is stored makes no difference', () => {
  assert.equal(checkScreen(screen(ana, [presentOrder(underWay, 'full')], { openCount: 1 }), stored), [])
  assert.equal(checkScreen(screen(ben, []), stored), [])
})

test('a screen with an old, a missing, a foreign or a double row is found, and one that counts wrong or is not live', () => {
  const current = presentOrder(underWay, 'full')
  const wrong: Screen[] = [
    screen(admin, [presentOrder(claimed, 'full')]),
    screen(admin, []),
    screen(ben, [current]),
    screen(admin, [current, current]),
    screen(admin, [{ ...current, notes: 'something else' }]),
    screen(admin, [current], { openCount: 2 }),
    screen(admin, [current], { phase: 'catching_up' }),
  ]
  for (const one of wrong) assert.equal(kindsOf(checkScreen(one, stored)), ['screen'])
  const back = screen(admin, [current], { wentBack: ['o1 from version 4 to 3'] })
  assert.equal(kindsOf(checkScreen(back, stored)), ['went back'])
})

test('a list that was not read so far down need not have the order', () => {
  const unread = { query: {}, ready: () => true, within: () => false }
  assert.equal(checkScreen(screen(admin, [], { feeds: [unread] }), stored), [])
  const other = { query: { status: ['pending'] }, ready: () => true, within: () => true }
  assert.equal(checkScreen(screen(admin, [], { feeds: [other] }), stored), [])
})

test.run()
