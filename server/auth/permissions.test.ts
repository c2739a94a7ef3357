import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nextVersion } from '#shared/apply-transition.ts'
import type { Who } from '#shared/actors.ts'
import { findTransition, isFinal, orderStatuses } from '#shared/order-status.ts'
import { topicTable } from '#shared/topic-table.ts'
import { asOf, newOrder, rename } from '../services/order-changes.ts'
import { presentOrder } from '../services/presenters.ts'
import type { OrderRecord } from '../storage/store.ts'
import { audienceOf, contains, maySeeMessage, maySubscribe, viewFor } from './permissions.ts'

// "c" is in no filter, so only a wildcard matches it.
const levels = ['a', 'b', '$x', 'c']

/** Whether `filter` matches `topic` ([MQTT-4.7]), written independently of the code under test. */
function matches(filter: string, topic: string): boolean {
  if (/^[+#]/.test(filter) && topic.startsWith('$')) return false
  const pattern = filter
    .split('/')
    .map((level) => (level === '+' ? '[^/]+' : level === '#' ? '.*' : level.replace('$', '\\$')))
    .join('/')
    .replace(/(^|\/)\.\*$/, (_all, slash) => (slash ? '(/.*)?' : '.*'))
  return new RegExp(`^${pattern}$`).test(topic)
}

const everyTopic = levels.flatMap((one) => [
  one,
  ...levels.flatMap((two) => [
    `${one}/${two}`,
    ...levels.flatMap((three) => [
      `${one}/${two}/${three}`,
      ...levels.map((four) => `${one}/${two}/${three}/${four}`),
      `${one}/${two}/${three}/a/a`,
    ]),
  ]),
])

const filter = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '$x', '+'), { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([parts, deep]) => (deep ? [...parts, '#'] : parts).join('/'))

test('a filter contains another exactly when it matches every topic of the other: 100,000 pairs', () => {
  const matched = new Map<string, Set<string>>()
  const topicsOf = (one: string) => {
    const topics = matched.get(one) ?? new Set(everyTopic.filter((topic) => matches(one, topic)))
    matched.set(one, topics)
    return topics
  }
  fc.assert(
    fc.property(fc.oneof(filter, fc.constant('#')), fc.oneof(filter, fc.constant('#')), (outer, inner) => {
      const outside = [...topicsOf(inner)].find((topic) => !topicsOf(outer).has(topic))
      assert.is(contains(outer, inner), outside === undefined, `${outer} and ${inner}: ${outside}`)
    }),
    { numRuns: 100_000 },
  )
})

test('a filter that matches more topics is not contained', () => {
  for (const [outer, inner] of [
    ['orders/new', 'orders/#'],
    ['orders/new', 'orders/+'],
    ['orders/new', '#'],
    ['orders/+', 'orders/#'],
    ['a/b/#', 'a/+/b'],
    ['#', '$SYS/x'],
    ['a/b', 'a'],
    ['a', 'a/b'],
  ] as const) {
    assert.not(contains(outer, inner), `${outer} ⊇ ${inner}`)
  }
  for (const [outer, inner] of [
    ['orders/#', 'orders/new'],
    ['orders/#', 'orders'],
    ['orders/#', 'orders/+/status'],
    ['a/+', 'a/+'],
  ] as const) {
    assert.ok(contains(outer, inner), `${outer} ⊇ ${inner}`)
  }
})

test('a customer may subscribe to their own topics only', () => {
  const customer = { id: 'c', role: 'customer' } as const
  for (const own of ['customers/c/orders', 'users/c/replies', 'users/c/notifications'])
    assert.ok(maySubscribe(customer, own), own)
  for (const hidden of [
    'customers/d/orders',
    'customers/+/orders',
    'orders/new',
    '#',
    '+/c/orders',
    'users/d/replies',
    'users/d/notifications',
    'users/+/notifications',
  ]) {
    assert.not(maySubscribe(customer, hidden), hidden)
  }
})

test('every role may subscribe to the catalogue, and with it to nothing else', () => {
  for (const role of ['customer', 'vendor', 'admin'] as const) {
    for (const allowed of ['services', 'services/#']) assert.ok(maySubscribe({ id: 'c', role }, allowed), role)
    for (const hidden of ['#', '+', '+/#']) assert.not(maySubscribe({ id: 'c', role }, hidden), `${role} ${hidden}`)
  }
})

const customer = { id: 'c', name: 'Mia', role: 'customer' } as const
const ana = { id: 'v', name: 'Ana', role: 'vendor' } as const
const ben = { id: 'w', name: 'Ben', role: 'vendor' } as const
const placed = newOrder(
  {
    id: 'o',
    number: 'A7K-2Q9',
    customer,
    items: [],
    currency: 'USD',
    contact: { phone: '1', address: '2' },
    notes: '',
    scheduledFor: null,
  },
  '2026-01-01T00:00:00.000Z',
)
const at = '2026-01-01T00:01:00.000Z'
const accepted = nextVersion(placed, { status: 'accepted', vendor: ana, note: null }, ana, at)
const onTheWay = nextVersion(accepted, { status: 'on_the_way', vendor: ana, note: null }, ana, at)
const declined = nextVersion(placed, { status: 'pending', vendor: null, declinedBy: ['v'], note: 'Far' }, ana, at)

test('each actor sees the view of an order that they are entitled to', () => {
  const viewsOf = (actor: typeof customer | typeof ana | typeof ben | { id: string; role: 'admin' | 'customer' }) =>
    [placed, accepted, onTheWay, declined].map((order) => viewFor(actor, order))
  assert.equal(viewsOf(customer), ['full', 'full', 'full', 'full'])
  assert.equal(viewsOf({ id: 'a', role: 'admin' }), ['full', 'full', 'full', 'full'])
  assert.equal(viewsOf({ id: 'd', role: 'customer' }), [null, null, null, null])
  assert.equal(viewsOf(ana), ['offer', 'full', 'full', 'gone'])
  assert.equal(viewsOf(ben), ['offer', 'gone', null, 'offer'])
})

test('who is of one audience gets the same answers, about every order, message and topic', () => {
  const link = { id: 'l', orderId: 'o', may: ['message'] } as const
  const people: Who[] = [
    ...(['customer', 'vendor', 'admin'] as const).flatMap((role) => ['c', 'v', 'a', 'b'].map((id) => ({ id, role }))),
    ...['a', 'b'].flatMap((id) => [
      { id, role: 'admin', reader: 'with_contact' } as const,
      { id, role: 'admin', reader: 'without_contact' } as const,
    ]),
    { id: 'c', role: 'customer', link },
    { id: 'd', role: 'customer', link },
  ]
  const filters = Object.values(topicTable).flatMap(({ pattern }) =>
    ['a', 'b', 'c', '+'].map((level) => pattern.replace(/\{\w+\}/g, level)),
  )
  const orders = [placed, accepted, onTheWay, declined]
  const answers = (who: Who) =>
    orders.flatMap((order) => [
      viewFor(who, order),
      viewFor(who, order, placed.createdAt),
      ...[true, false].map((internal) => maySeeMessage(who, order, { internal })),
    ])
  let compared = 0
  for (const one of people)
    for (const other of people) {
      const audience = audienceOf(one)
      if (one === other || audience === null || audience !== audienceOf(other)) continue
      compared++
      assert.equal(answers(one), answers(other))
      // A topic with the id of one of them: the other may not subscribe to it, so its publications have no audience of both.
      for (const asked of filters.filter((level) => !/\/[abc](\/|$)/.test(level)))
        assert.is(maySubscribe(one, asked), maySubscribe(other, asked), asked)
    }
  assert.is(compared, 16)
  const alone = people.filter(({ role, link: held }) => role !== 'admin' || held)
  assert.ok(alone.every((who) => audienceOf(who) === null))
})

const minute = (n: number) => new Date(Date.parse('2026-01-01T00:00:00.000Z') + n * 60_000).toISOString()

test('a new name changes no view, by any author, and reveals no customer to a vendor', () => {
  for (const by of [customer, ana, { id: 'k', name: 'Kim', role: 'admin' } as const])
    for (const [before, kind, id] of [
      [placed, 'customer', 'c'],
      [accepted, 'customer', 'c'],
      [accepted, 'vendor', 'v'],
      [declined, 'customer', 'c'],
    ] as const) {
      const order = rename(before, { kind, id, to: 'New' }, by, at)
      assert.ok(order)
      if (!order) continue
      assert.is(order.version, before.version + 1)
      assert.is(viewFor(customer, order), 'full')
      for (const who of [ana, ben]) {
        const view = viewFor(who, before)
        assert.is(viewFor(who, order), view === 'gone' ? null : view)
        assert.is(viewFor(who, order, before.createdAt), viewFor(who, before, before.createdAt))
      }
      if (kind === 'customer') assert.not.match(JSON.stringify(presentOrder(order, 'offer')), /Mia|New/)
    }
})

test('with `since`, the view is “gone” exactly for orders that were visible at some time since: 2000 histories', () => {
  const admin = { id: 'a', name: 'Kim', role: 'admin' } as const
  const people = [customer, admin, ana, ben]
  const names = [customer, ana, ben].flatMap(({ id, role }) => ['X', 'Y'].map((to) => ({ kind: role, id, to })))
  const step = fc.record({
    who: fc.constantFrom(...people),
    to: fc.constantFrom(...orderStatuses),
    assignTo: fc.constantFrom(ana, ben),
    /** Instead of the step: a new name of the customer, a vendor or the service. */
    rename: fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, fc.constantFrom(...names)),
  })
  let gone = 0
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.nat(10), (steps, since) => {
      // Every version of the order, one per minute.
      const versions: OrderRecord[] = [placed]
      for (const { who, to, assignTo, rename: name } of steps) {
        const order = versions.at(-1) as OrderRecord
        const renamed = name && !isFinal(order.status) && rename(order, name, who, minute(versions.length))
        if (renamed) versions.push(renamed)
        if (name) continue
        const via = who.role === 'admin' && to === 'accepted' ? 'assign' : 'status'
        const row = findTransition(who, order, to, Date.parse(minute(versions.length)), via)
        if (!row) continue
        const declinedBy = row.action === 'decline' ? [...order.declinedBy, who.id] : undefined
        const status = row.action === 'decline' && declinedBy?.length === 1 ? 'pending' : to
        const mine = row.action === 'accept' ? who : row.action === 'assign' ? assignTo : order.vendor
        const vendor = ['pending', 'rejected'].includes(status) ? null : mine
        versions.push(nextVersion(order, { status, vendor, declinedBy, note: null }, who, minute(versions.length)))
      }
      const order = versions.at(-1) as OrderRecord
      for (const one of versions) assert.equal(asOf(order, one.version), one, 'asOf restores every version')
      for (const who of people) {
        // Version n + 1 stood from minute n to the next one.
        const seen = versions.some(
          (one, n) =>
            (n === versions.length - 1 || n + 1 >= since) && viewFor(who, one) !== null && viewFor(who, one) !== 'gone',
        )
        const now = viewFor(who, order)
        const expected = now !== null && now !== 'gone' ? now : seen && who.role === 'vendor' ? 'gone' : null
        assert.is(viewFor(who, order, minute(since)), expected, `${who.id} since ${since}`)
        if (expected === 'gone') gone++
      }
    }),
    { numRuns: 2_000 },
  )
  assert.ok(gone > 100, `${gone} were gone`)
})

test.run()
