import 'fake-indexeddb/auto'
import '../../testing/dom.ts'
import { computed, signal } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { activeStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { anOrder, at, fakeTimers, gone, settled } from '../../testing/orders.ts'
import { ApiError, offlineError } from '../session/api-error.ts'
import { deleteStored } from '../offline/offline-jobs.ts'
import { departureFrom } from './other-changes.ts'
import { createOrders } from '../../live/orders.ts'
import { createSeenOrders } from './seen-orders.ts'
import { dueTime } from './waiting.ts'

const ana = { id: 'ana', name: 'Ana', email: 'a@example.com', role: 'vendor', active: true, createdAt: at(0) } as const
const by = { id: ana.id, name: ana.name, role: ana.role }
const vendor = { id: ana.id, name: ana.name }
const admin = { id: 'ada', name: 'Ada', role: 'admin' } as const
const offer = anOrder()

const job = (id = 'o1') =>
  anOrder({
    id,
    version: 2,
    status: 'accepted',
    vendor,
    history: [...offer.history, { status: 'accepted', at: at(1), by, note: null }],
  })
const cancelled = (id = 'o1', author: typeof admin | typeof by = admin): Order => ({
  ...job(id),
  version: 3,
  status: 'cancelled',
  history: [...job(id).history, { status: 'cancelled', at: at(2), by: author, note: 'Moved away' }],
})

test.before.each(() => localStorage.clear())

/** Ana's page, which reads single orders from `server`: an order, or an error. */
function openPage(server: Record<string, Order | Error> = {}) {
  const orders = createOrders(fakeTimers())
  const [isReady, caughtUp] = [signal(false), signal(0)]
  const requests: string[] = []
  const changed: string[] = []
  const isListed = (order: Order) => order.vendor?.id === ana.id && activeStatuses.includes(order.status)
  const seen = createSeenOrders({
    me: ana,
    orders,
    async fetchOrder(id) {
      requests.push(id)
      const found = server[id] ?? new ApiError('not_found', 404, '')
      if (found instanceof Error) throw found
      orders.apply(found)
    },
    caughtUp,
    isReady,
    list: orders.list(() => (order, leaving) => !leaving && isListed(order)),
    isListed,
    sortKey: dueTime,
    departure(order) {
      const change = departureFrom(ana.id, order)
      return change && change.entry.by.id !== ana.id ? change : null
    },
    onChange: (id) => void changed.push(id),
  })
  const whys = computed(() =>
    seen.left.value.map(({ id, left }) => `${id} ${!left || 'gone' in left ? left?.gone : left.entry.note}`),
  )
  return {
    orders,
    seen,
    requests,
    changed,
    caughtUp,
    /** The list was read, with these orders in it. */
    async read(...list: Order[]) {
      orders.applyAll(list)
      isReady.value = true
      await settled()
    },
    left: () => whys.value,
  }
}

test('a job that is cancelled stays as a line with the reason, across reloads, until it is dismissed', async () => {
  const page = openPage()
  await page.read(job())
  page.orders.apply(cancelled())
  assert.equal([page.left(), page.changed], [['o1 Moved away'], ['o1']])
  const reloaded = openPage()
  assert.equal(reloaded.left(), ['o1 Moved away'])
  await reloaded.read()
  assert.equal(reloaded.requests, [])
  reloaded.seen.acknowledge('o1')
  assert.equal([reloaded.left(), openPage().left()], [[], []])
})

test('what happened while the page was closed is said at the next opening', async () => {
  await openPage().read(job('o1'), job('o2'), job('o3'))
  const page = openPage({ o1: cancelled('o1') })
  await page.read(job('o3'))
  assert.equal(page.left(), ['o1 Moved away', 'o2 unknown'])
  assert.equal(page.changed, ['o1', 'o2'])
})

test('an order that could not be read is read after the next gap', async () => {
  await openPage().read(job())
  const server: Record<string, Order | Error> = { o1: offlineError() }
  const page = openPage(server)
  await page.read()
  assert.equal(page.left(), [])
  server.o1 = cancelled()
  page.caughtUp.value++
  await settled()
  assert.equal([page.left(), page.requests], [['o1 Moved away'], ['o1', 'o1']])
})

test('lists that were read again after a long gap lose no order without a line', async () => {
  const page = openPage()
  await page.read(job())
  page.orders.beginReload().finish()
  await settled()
  assert.equal(page.left(), ['o1 unknown'])
})

test('a job that goes to another vendor says so; after several changes only that it is gone', async () => {
  const page = openPage()
  await page.read(job('o1'), job('o2'))
  page.orders.apply(gone('o1', 3))
  page.orders.apply(gone('o2', 5))
  assert.equal(page.left(), ['o1 reassigned', 'o2 unknown'])
})

test('the person’s own changes leave no line, and a job that comes back has none', async () => {
  const page = openPage()
  await page.read(job('o1'), job('o2'))
  page.orders.apply(cancelled('o1', by))
  page.orders.apply(gone('o2', 3))
  page.orders.apply({ ...job('o2'), version: 4 })
  assert.equal([page.left(), page.seen.of('o1')], [[], undefined])
})

test('an assignment is unread until it is acknowledged, also after a reload', async () => {
  const assigned = { status: 'accepted', at: at(1), by: admin, assigned: vendor, note: null } as const
  const order = { ...job(), history: [...offer.history, assigned] }
  const page = openPage()
  await page.read(order)
  assert.equal([page.seen.unread(order).length > 0, page.changed], [true, ['o1']])
  const reloaded = openPage()
  await reloaded.read(order)
  assert.equal([reloaded.seen.unread(order).length > 0, reloaded.changed], [true, []])
  reloaded.seen.acknowledge('o1')
  assert.is(openPage().seen.unread(order).length, 0)
})

test('the stored state is bounded, and is deleted when the person signs out', async () => {
  const page = openPage()
  const ids = Array.from({ length: 130 }, (_, n) => `j${n}`)
  await page.read(...ids.map(job))
  for (const id of ids.slice(-40)) page.orders.apply(cancelled(id))
  const stored = localStorage.getItem('callout.seen.ana') ?? ''
  assert.is(page.left().length, 20)
  assert.ok(stored.length < 100_000)
  const isKept = () => localStorage.getItem('callout.seen.ana') === stored
  await deleteStored({ but: 'ana', ended: false })
  assert.ok(isKept(), 'another user’s is deleted')
  await deleteStored({ but: null, ended: true })
  assert.ok(isKept(), 'the server has ended the session: what happens meanwhile is said after the next sign-in')
  await deleteStored({ but: null, ended: false })
  assert.is(localStorage.getItem('callout.seen.ana'), null)
})

test.run()
