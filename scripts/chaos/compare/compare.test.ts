import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextVersion } from '#shared/apply-transition.ts'
import type { Actor } from '#shared/actors.ts'
import type { OrderOffer } from '#shared/offers.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { newOrder } from '../../../server/services/order-changes.ts'
import { presentOffer, presentOrder, presentOrderTo } from '../../../server/services/presenters.ts'
import { serverActor } from '../../../server/services/server-actor.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import type { DashboardState } from '../actors/dashboard.ts'
import { createAcknowledgements } from '../acknowledgements.ts'
import type { Difference } from './difference.ts'
import { checkCatalogue } from './catalogue.ts'
import { checkFiles } from './files.ts'
import { checkHandOver, checkJobs } from './hand-over.ts'
import { checkHistory, lastPublished } from './histories.ts'
import { checkListener } from './listeners.ts'
import { checkInvariants } from './invariants.ts'
import { checkNotifications } from './notifications.ts'
import { checkOffers } from './offers.ts'
import { checkOutcomes } from './outcomes.ts'
import { checkPresence } from './presence.ts'
import { checkRest } from './rest.ts'
import { checkDashboard } from './dashboards.ts'

const test = suite('chaos: comparison')

const account = (role: Actor['role'], id: string) => ({
  id,
  name: id,
  email: `${id}@example.org`,
  role,
  active: true,
  createdAt: '2026-01-01T00:00:00.000Z',
})
const [customer, admin] = [account('customer', 'mia'), account('admin', 'alex')]
const [ana, ben] = [account('vendor', 'ana'), account('vendor', 'ben')]
const at = (n: number) => `2026-01-01T00:00:0${n}.000Z`

function order(id = 'o1', notes = 'key-1'): OrderRecord {
  const contact = { phone: '+49 30 1', address: 'Lindenstraße 9' }
  const details = { customer, items: [], currency: 'USD', contact, notes, scheduledFor: null }
  return newOrder({ id, number: id, ...details }, at(1))
}

function change(before: OrderRecord, by: Actor, status: OrderStatus, commandId: string, declines = false): OrderRecord {
  const vendor =
    status === 'pending' || declines ? null : status === 'accepted' ? { id: by.id, name: by.name } : before.vendor
  const declinedBy = declines ? [...before.declinedBy, by.id] : undefined
  return nextVersion(before, { status, vendor, declinedBy, note: commandId, commandId }, by, at(before.version + 1))
}

/** Declined by Ben, then claimed by Ana, who is on her way. */
const declined = change(order(), ben, 'pending', 'c1', true)
const claimed = change(declined, ana, 'accepted', 'c2')
const onTheWay = change(claimed, ana, 'on_the_way', 'c3')
const stored = new Map([[onTheWay.id, onTheWay]])

const kindsOf = (differences: readonly Difference[]) => [...new Set(differences.map(({ kind }) => kind))]
const only = (one: OrderRecord) => new Map([[one.id, one]])

/** One submission, without an acknowledgement. */
function submitted() {
  const acknowledgements = createAcknowledgements()
  acknowledgements.submitted('key-1', 0)
  return acknowledgements
}

function recorded() {
  const acknowledgements = submitted()
  acknowledgements.placed('key-1', customer.id, presentOrder(order(), 'full'))
  acknowledgements.changed({ orderId: 'o1', by: ana.id, status: 'accepted', commandId: 'c2', version: null })
  acknowledgements.changed({ orderId: 'o1', by: ben.id, status: 'rejected', commandId: 'c1', version: null })
  return acknowledgements
}

test('stored acknowledgements are no difference', () => {
  assert.equal(checkInvariants(recorded(), stored), [])
  assert.equal(checkHistory(onTheWay), [])
})

test('finds an acknowledged order that is not stored, and two orders of one submission', () => {
  assert.equal(kindsOf(checkInvariants(recorded(), new Map())), ['order lost', 'change lost'])
  const twice = new Map([...stored, ['o2', order('o2')]])
  assert.equal(kindsOf(checkInvariants(recorded(), twice)), ['order duplicated'])
})

test('finds a response to a repeated request that is not the first response', () => {
  const acknowledgements = recorded()
  acknowledgements.placed('key-1', customer.id, presentOrder(claimed, 'full'))
  assert.equal(kindsOf(checkInvariants(acknowledgements, stored)), ['responses differ'])
})

test('finds an acknowledged change that is not in the history, with and without a commandId', () => {
  const acknowledgements = recorded()
  acknowledgements.changed({ orderId: 'o1', by: ana.id, status: 'in_progress', commandId: 'c9', version: null })
  assert.equal(kindsOf(checkInvariants(acknowledgements, stored)), ['change lost'])
  const assigned = submitted()
  assigned.changed({ orderId: 'o1', by: admin.id, status: 'accepted', commandId: null, version: 4 })
  assert.equal(kindsOf(checkInvariants(assigned, stored)), ['change lost'])
})

test('finds a photo that its order does not have, has twice, or that cannot be read', async () => {
  const photographed = createAcknowledgements()
  photographed.photographed('o1', 'p1')
  const by = { ...ana, role: 'vendor' } as const
  const about = { kind: 'photo', name: 'x', type: 'image/jpeg', size: 1, width: 1, height: 1, by, at: '' } as const
  const withFiles = (...ids: string[]) => only({ ...claimed, files: ids.map((id) => ({ ...about, id })) })
  const kinds = async (orders: ReturnType<typeof only>, readable = true) =>
    kindsOf(await checkFiles(async () => readable, photographed, orders))
  assert.equal(await kinds(withFiles('p1')), [])
  const added = nextVersion(
    claimed,
    {
      status: 'accepted',
      vendor: claimed.vendor,
      note: null,
      changed: [{ field: 'files', from: null, to: [{ ...about, id: 'p1' }] }],
    },
    ana,
    at(5),
  )
  assert.equal(kindsOf([...checkHistory(added), ...checkInvariants(submitted(), only(added))]), [])
  assert.equal(await kinds(only(claimed)), ['file'])
  assert.equal(await kinds(withFiles('p1', 'p1')), ['file'])
  assert.equal(await kinds(withFiles('p1'), false), ['file'])
})

test('finds a payment or rating that is not in the history, is there twice, or is not what the order has', () => {
  const payment = { status: 'paid', method: 'cash', amount: 0, tip: 7, at: at(5) } as const
  const rating = { stars: 4, text: 'mia-1', at: at(6) }
  const { status } = onTheWay
  const say = (before: OrderRecord, by: Actor, field: 'payment' | 'rating', to: typeof payment | typeof rating) =>
    nextVersion(
      { ...before, [field]: to },
      { status, vendor: before.vendor, changed: [{ field, from: null, to }], note: null },
      by,
      at(5),
    )
  const paid = say(onTheWay, ana, 'payment', payment)
  const both = say(paid, customer, 'rating', rating)
  const acknowledgements = createAcknowledgements()
  acknowledgements.outcome({ orderId: 'o1', by: ana.id, field: 'payment', value: 'paid 7' })
  assert.equal(checkOutcomes(acknowledgements, only(both)), [])
  acknowledgements.outcome({ orderId: 'o1', by: customer.id, field: 'rating', value: 'mia-1' })
  assert.equal(checkOutcomes(acknowledgements, only(both)), [])
  assert.equal(kindsOf(checkOutcomes(acknowledgements, only(paid))), ['change lost'])
  assert.equal(kindsOf(checkOutcomes(acknowledgements, only(say(both, ana, 'payment', payment)))), [
    'change duplicated',
  ])
  const { rating: _rating, ...forgotten } = both
  assert.equal(kindsOf(checkOutcomes(acknowledgements, only(forgotten))), ['history'])
})

test('finds a command that was applied twice', () => {
  const released = change(claimed, ana, 'pending', 'c3')
  const again = change(change(released, ana, 'accepted', 'c4'), ana, 'pending', 'c3')
  assert.equal(kindsOf(checkInvariants(submitted(), only(again))), ['change duplicated'])
})

test('finds a second claim of a taken order, which is no transition of the status table either', () => {
  const taken = change(claimed, ben, 'accepted', 'c5')
  assert.equal(kindsOf(checkInvariants(submitted(), only(taken))), ['two winners'])
  assert.equal(kindsOf(checkHistory(taken)), ['history'])
})

test('finds a version without its history entry, and a transition that the status table does not have', () => {
  assert.equal(kindsOf(checkHistory({ ...onTheWay, history: onTheWay.history.slice(0, 3) })), ['history'])
  assert.equal(kindsOf(checkHistory(change(claimed, ana, 'completed', 'c6'))), ['history'])
  assert.equal(kindsOf(checkHistory(change(claimed, ben, 'on_the_way', 'c7'))), ['history'])
})

test('the last version published to a vendor depends on their view', () => {
  assert.equal(lastPublished(ana.id, onTheWay), { version: 4, view: 'full' })
  assert.equal(lastPublished(ben.id, onTheWay), { version: 2, view: 'gone' })
  assert.equal(lastPublished('cem', onTheWay), { version: 3, view: 'gone' })
})

test('finds a listener that missed a version, except where no version was for it', () => {
  const check = (vendorId: string, version: number) =>
    checkListener({ name: 'van', vendorId, newest: new Map([['o1', version]]) }, stored)
  assert.equal(kindsOf(check(ana.id, 3)), ['listener'])
  assert.equal(kindsOf(check('cem', 2)), ['listener'])
  assert.equal(check(ana.id, 4), [])
  assert.equal(check(ben.id, 2), [])
})

test('finds a notification that is missing, told twice or not to this person', () => {
  // A decline that leaves the order pending is told to no person.
  const told = onTheWay.history.slice(2).map(({ status, at: time }, n) => ({
    id: `n${n}`,
    event: 'order.accepted' as const,
    order: { id: 'o1', number: 'o1', status },
    by: null,
    vendor: null,
    note: null,
    at: time,
    read: false,
  }))
  assert.equal(checkNotifications(customer, told, stored), [])
  assert.equal(kindsOf(checkNotifications(customer, told.slice(1), stored)), ['notification'])
  assert.equal(kindsOf(checkNotifications(customer, [...told, ...told.slice(0, 1)], stored)), ['notification'])
  assert.equal(kindsOf(checkNotifications(ben, told.slice(0, 1), stored)), ['notification'])
})

test('finds a list with a missing, an outdated or a surplus order', () => {
  const whole = [presentOrderTo(admin, onTheWay, 'full', 0)]
  assert.equal(checkRest(admin, whole, stored), [])
  assert.equal(kindsOf(checkRest(admin, [], stored)), ['rest'])
  assert.equal(kindsOf(checkRest(admin, [presentOrderTo(admin, claimed, 'full', 0)], stored)), ['rest'])
  assert.equal(kindsOf(checkRest(admin, [...whole, ...whole], stored)), ['rest'])
  assert.equal(kindsOf(checkRest(ben, whole, stored)), ['rest'])
})

function dashboard(
  user: DashboardState['user'],
  shown: readonly Order[],
  more: Partial<DashboardState> = {},
): DashboardState {
  return {
    name: 'dashboard',
    user,
    phase: 'live',
    feeds: [{ query: {}, ready: () => true, within: () => true }],
    ids: shown.map(({ id }) => id),
    order: (id) => shown.find((one) => one.id === id),
    openCount: null,
    services: null,
    presence: new Map(),
    regressions: [],
    ...more,
  }
}

test('a dashboard that shows what is stored is no difference', () => {
  assert.equal(checkDashboard(dashboard(ana, [presentOrder(onTheWay, 'full')], { openCount: 1 }), stored), [])
  assert.equal(checkDashboard(dashboard(ben, []), stored), [])
})

test('finds a dashboard with an outdated, missing, foreign or duplicate row, a wrong count, or one that is not live', () => {
  const current = presentOrder(onTheWay, 'full')
  const wrong: DashboardState[] = [
    dashboard(admin, [presentOrder(claimed, 'full')]),
    dashboard(admin, []),
    dashboard(ben, [current]),
    dashboard(admin, [current, current]),
    dashboard(admin, [{ ...current, notes: 'something else' }]),
    dashboard(admin, [current], { openCount: 2 }),
    dashboard(admin, [current], { phase: 'catching_up' }),
  ]
  for (const one of wrong) assert.equal(kindsOf(checkDashboard(one, stored)), ['dashboard'])
  const back = dashboard(admin, [current], { regressions: ['o1 from version 4 to 3'] })
  assert.equal(kindsOf(checkDashboard(back, stored)), ['version regressed'])
})

test('a list that was not read down to the order need not have it', () => {
  const unread = { query: {}, ready: () => true, within: () => false }
  assert.equal(checkDashboard(dashboard(admin, [], { feeds: [unread] }), stored), [])
  const other = { query: { status: ['pending'] }, ready: () => true, within: () => true }
  assert.equal(checkDashboard(dashboard(admin, [], { feeds: [other] }), stored), [])
})

test('finds a history that runs backwards', () => {
  const early = nextVersion(
    { ...claimed, updatedAt: '' },
    { status: 'on_the_way', vendor: ana, note: null },
    ana,
    at(0),
  )
  assert.equal(kindsOf(checkHistory(early)), ['time regressed'])
})

test('finds an order at another total than its customer agreed to, and one whose request was refused', () => {
  const items = [{ serviceId: 's', name: 'Roof', quantity: 2, unitPrice: 500 }]
  const costly = only({ ...order(), items, totalAmount: 1_000 })
  const agreed = (total: number) => {
    const acknowledgements = createAcknowledgements()
    acknowledgements.submitted('key-1', total)
    return acknowledgements
  }
  assert.equal(checkInvariants(agreed(1_000), costly), [])
  assert.equal(kindsOf(checkInvariants(agreed(900), costly)), ['total'])
  assert.equal(kindsOf(checkInvariants(agreed(1_000), only({ ...order(), items, totalAmount: 900 }))), ['total'])
  const refused = agreed(1_000)
  refused.refused('key-1')
  assert.equal(kindsOf(checkInvariants(refused, costly)), ['total'])
})

test('finds a job that did not go where the admin chose, and one that an inactive vendor still has', () => {
  const job = presentOrder(claimed, 'full')
  const after = (next: OrderRecord) => {
    const now = presentOrder(next, 'full')
    return (choice: 'release' | { reassignTo: string }, left: readonly string[] = []) =>
      checkHandOver({ job, now, by: admin.id, choice, isLeaving: (id) => left.includes(id) })
  }
  const released = after(change(claimed, admin, 'pending', 'c8'))
  assert.equal(released('release'), { result: 'released', wrong: null })
  assert.ok(released({ reassignTo: ben.id }).wrong)
  assert.is(released({ reassignTo: ben.id }, [ben.id]).wrong, null)
  const toBen = { status: 'accepted', vendor: ben, assigned: ben, note: null } as const
  const reassigned = after(nextVersion(claimed, toBen, admin, at(4)))
  assert.equal(reassigned({ reassignTo: ben.id }), { result: 'reassigned', wrong: null })
  assert.ok(reassigned('release').wrong)
  assert.ok(after(onTheWay)('release').wrong)
  assert.equal(after(change(claimed, ana, 'pending', 'c9'))({ reassignTo: ben.id }), { result: null, wrong: null })

  assert.equal(checkJobs(stored, [ana]), [])
  assert.equal(kindsOf(checkJobs(stored, [{ ...ana, active: false }])), ['hand-over'])
})

/** Round 1 to Ana until `at(2)`, then what the server makes of it. */
function inRounds(moves: OrderOffer[] = []): OrderRecord {
  const contact = { phone: '+49 30 1', address: 'Lindenstraße 9' }
  const items = [{ serviceId: 's', name: 'Roof', quantity: 1, unitPrice: 1 }]
  const details = { customer, items, currency: 'USD', contact, notes: 'key-1', scheduledFor: null }
  const offer = { to: [ana.id], round: 1, until: at(2), last: false }
  return moves.reduce(
    (before, next) => {
      const moved = { status: before.status, vendor: null, offer: next, offered: presentOffer(next), note: null }
      return nextVersion(before, moved, serverActor, at(before.version + 1))
    },
    newOrder({ id: 'o1', number: 'o1', ...details, offer }, at(1)),
  )
}

test('finds an offer to others than those who can do it, and a round that goes on', () => {
  const offers = { to: 'least_busy', count: 1, seconds: 5 } as const
  const roof = { id: 's', name: 'Roof', description: '', price: 1, currency: 'USD', durationMinutes: 1, active: true }
  const check = (one: OrderRecord, able: string[], service: object = { skills: ['height'], offers }, now = at(9)) =>
    kindsOf(
      checkOffers(only(one), {
        services: [{ ...roof, ...service }],
        users: [ana, ben, customer],
        abilities: able.map((vendorId) => ({ vendorId, skills: ['height'] })),
        now: Date.parse(now),
      }),
    )
  const last = { to: [ana.id, ben.id], round: 2, until: at(4), last: true }
  assert.equal(check(inRounds(), [ana.id]), [])
  assert.equal(check(inRounds([last]), [ana.id, ben.id]), [])
  assert.equal(check(inRounds(), [ben.id]), ['offer'])
  assert.equal(check(inRounds([{ ...last, to: [ana.id] }]), [ana.id, ben.id]), ['offer'])
  assert.equal(check(inRounds(), [ana.id], undefined, '2026-01-01T00:01:00.000Z'), ['offer'])
  assert.equal(check(inRounds([{ ...last, round: 1, last: false }]), [ana.id, ben.id]), ['offer'])
  assert.equal(check(inRounds(), [ana.id], { skills: ['height'] }, at(9)), [])
  assert.equal(check(inRounds(), [ana.id, ben.id], { skills: ['height'] }), ['offer'])
  assert.equal(check(inRounds(), [], {}), ['offer'])
})

test('finds a claim by a vendor to whom the order is not offered, and a round that begins too early or is skipped', () => {
  assert.equal(checkHistory(change(inRounds(), ana, 'accepted', 'c1')), [])
  assert.equal(kindsOf(checkHistory(change(inRounds(), ben, 'accepted', 'c1'))), ['history'])
  const second = { to: [ana.id, ben.id], round: 2, until: at(5), last: false }
  assert.equal(checkHistory(inRounds([second])), [])
  assert.equal(kindsOf(checkHistory(inRounds([second, { ...second, round: 3 }]))), ['history'])
  assert.equal(kindsOf(checkHistory(inRounds([{ ...second, round: 3 }]))), ['history'])
})

test('finds a page that shows another catalogue, and one that shows a vendor as connected who is not', () => {
  const roof = { id: 's', name: 'Roof', description: '', price: 1, currency: 'USD', durationMinutes: 1, active: true }
  const withdrawn = { ...roof, active: false }
  assert.equal(checkCatalogue({ name: 'page', services: [withdrawn] }, [withdrawn]), [])
  assert.equal(checkCatalogue({ name: 'page', services: [roof] }, [roof]), [])
  for (const services of [null, [], [{ ...roof, price: 2 }], [withdrawn]])
    assert.equal(kindsOf(checkCatalogue({ name: 'page', services }, [roof])), ['catalogue'])
  const shown = new Map([['ana', { status: 'online' as const }]])
  assert.equal(checkPresence('page', shown, new Map([['ana', true]])), [])
  assert.equal(kindsOf(checkPresence('page', shown, new Map([['ana', false]]))), ['presence'])
  assert.equal(kindsOf(checkPresence('page', shown, new Map([['ben', true]]))), ['presence'])
})

test.run()
