import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import { t } from '../../i18n/index.ts'
import { anOrder, at, fakeTimers, gone, settled } from '../../testing/orders.ts'
import { inMemoryChanges } from '../../testing/offline.ts'
import { ApiError, offlineError } from '../session/api-error.ts'
import type { OfflineChanges } from '../offline/offline-changes.ts'
import { createOrderActions } from './order-actions.ts'
import { createOrders } from '../../live/orders.ts'

const ana = { id: 'ana', name: 'Ana', role: 'vendor' } as const
const by = { id: 'ana', name: 'Ana' }

interface SentRequest {
  path: string
  body: Record<string, unknown>
  respond(response: unknown): void
  fail(error: Error): void
}

/** Ana's page, with a server whose responses the test controls. */
function setUp({ offlineChanges = inMemoryChanges() }: { offlineChanges?: OfflineChanges | null } = {}) {
  const requests: SentRequest[] = []
  const notices: string[] = []
  const timers = fakeTimers()
  const request = <S extends z.ZodMiniType>(path: string, schema: S, body: unknown): Promise<z.infer<S>> =>
    new Promise((resolve, reject) =>
      requests.push({
        path,
        body: body as Record<string, unknown>,
        respond: (response) => resolve(schema.parse(response)),
        fail: reject,
      }),
    )
  const orders = createOrders({ ...timers, textOf: (reason) => t().orders.leaving[reason] })
  let minutes = 0
  const actions = createOrderActions({
    me: ana,
    api: { patch: request, post: request, put: request },
    orders,
    offlineChanges,
    notify: (text) => void notices.push(text),
    now: () => Date.parse(at(minutes)),
    setTimer: timers.setTimer,
  })
  return {
    orders,
    actions,
    requests,
    notices,
    timers,
    /** Sets the clock. */
    setMinute: (minute: number) => void (minutes = minute),
    /** The next request, once it is sent. */
    async next(): Promise<SentRequest> {
      await settled()
      const one = requests.shift()
      if (!one) throw new Error('no request was sent')
      return one
    },
    shown: () => orders.peek('o1')?.status,
  }
}

const mine = (version: number, status: 'accepted' | 'on_the_way' | 'in_progress' | 'completed') =>
  anOrder({ version, status, vendor: by })

/** Cancelled by the last of its changes. */
function cancelledAt(version: number) {
  const order = anOrder({ version, status: 'cancelled' })
  return { ...order, history: Array.from({ length: version }, () => order.history[0]!) }
}

test('a change is shown at once, sent with the version the user saw, and confirmed', async () => {
  const { orders, actions, next, shown, notices } = setUp()
  orders.apply(mine(2, 'accepted'))
  const done = actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
  assert.is(shown(), 'on_the_way')
  assert.ok(actions.sending.value.has('o1'))
  const { path, body, respond } = await next()
  assert.is(path, '/orders/o1/status')
  const { commandId, ...rest } = body
  assert.match(String(commandId), /^[0-9a-f]{32}$/)
  assert.equal(rest, { status: 'on_the_way', version: 2 })
  respond(mine(3, 'on_the_way'))
  assert.is(await done, true)
  assert.is(orders.confirmed('o1')?.version, 3)
  assert.equal(actions.pending.value, [])
  assert.equal(notices, ['The customer sees that you’re on the way.'])
})

test('a refused change is reverted, and the current order is shown', async () => {
  const { orders, actions, next, shown, notices } = setUp()
  orders.apply(mine(2, 'accepted'))
  const done = actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
  assert.is(shown(), 'on_the_way')
  const { fail } = await next()
  fail(new ApiError('version_conflict', 409, 'It has changed.', { order: cancelledAt(7) }))
  assert.is(await done, false)
  assert.equal([shown(), orders.peek('o1')?.version], ['cancelled', 7])
  assert.equal(notices, [t().workErrors.version_conflict])
})

test('a change that was refused because details were corrected is sent again, once the status allows it', async () => {
  const { orders, actions, next } = setUp()
  orders.apply(mine(2, 'accepted'))
  const done = actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
  const before = mine(2, 'accepted')
  const corrected = { ...before.history[0]!, changed: [{ field: 'notes', from: '', to: 'Ring twice' }] }
  const current = { ...before, version: 3, history: [...before.history, corrected] }
  const first = await next()
  first.fail(new ApiError('version_conflict', 409, 'It has changed.', { order: current }))
  const second = await next()
  assert.equal([second.body.version, second.body.commandId], [3, first.body.commandId])
  second.respond(mine(4, 'on_the_way'))
  assert.is(await done, true)
})

test('a list changes only once when a change is made and confirmed', async () => {
  const { orders, actions, next } = setUp()
  orders.apply(anOrder({ version: 1 }))
  const offers = orders.list(() => (order) => order.status === 'pending')
  const seen: number[] = []
  offers.subscribe((ids) => seen.push(ids.length))
  const done = actions.change(orders.peek('o1')!, 'accept', 'accepted')
  ;(await next()).respond(mine(2, 'accepted'))
  await done
  assert.equal(seen, [1, 0])
})

test('an offer can be accepted although others have declined it; a taken one leaves with the reason', async () => {
  const { orders, actions, next, notices } = setUp()
  orders.apply(anOrder({ version: 3 }))
  const done = actions.change(orders.peek('o1')!, 'accept', 'accepted')
  const { body, fail } = await next()
  assert.not('version' in body)
  fail(new ApiError('already_taken', 409, 'Another vendor was faster. The offer is gone.', { order: gone('o1', 4) }))
  assert.is(await done, false)
  assert.is(orders.entry('o1')?.leaving, 'Taken by another vendor')
  assert.equal(notices, ['Another vendor was faster. The offer is gone.'])
})

test('a change requested in a dialog is shown once it is done; a declined offer leaves this list although it stays open', async () => {
  const { orders, actions, next, shown } = setUp()
  orders.apply(anOrder({ version: 3 }))
  const done = actions.change(orders.peek('o1')!, 'decline', 'rejected', { reason: 'Too far away' })
  assert.is(orders.entry('o1')?.leaving, null)
  const { body, respond } = await next()
  // Other vendors may have declined meanwhile, so no version is sent.
  assert.equal([body.reason, 'version' in body], ['Too far away', false])
  respond(anOrder({ version: 4 }))
  await done
  assert.equal([shown(), orders.entry('o1')?.leaving], ['pending', 'Declined'])
})

test('a second tap is ignored: the button has become the next action meanwhile', async () => {
  const { orders, actions, next, requests, timers } = setUp()
  orders.apply(mine(2, 'accepted'))
  const first = actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
  ;(await next()).respond(mine(3, 'on_the_way'))
  await first
  assert.is(await actions.change(orders.peek('o1')!, 'start_work', 'in_progress'), false)
  timers.pass()
  await settled()
  void actions.change(orders.peek('o1')!, 'start_work', 'in_progress')
  await settled()
  assert.is(requests.length, 1)
})

test('offline, three changes wait with their times, and are sent in sequence once there is a connection', async () => {
  const { orders, actions, next, requests, timers, setMinute, shown, notices } = setUp()
  orders.apply(anOrder({ version: 1 }))
  const changes = [
    ['accept', 'accepted'],
    ['set_off', 'on_the_way'],
    ['start_work', 'in_progress'],
  ] as const
  for (const [n, [action, status]] of changes.entries()) {
    setMinute(n + 1)
    const waiting = actions.change(orders.peek('o1')!, action, status)
    ;(await next()).fail(offlineError())
    assert.is(await waiting, true)
    timers.pass()
    // The timer of the retry has passed too.
    await settled()
    for (const { fail } of requests.splice(0)) fail(offlineError())
    await settled()
    assert.is(shown(), status)
  }
  assert.ok(notices.every((text) => text === 'You’re offline. This will be sent when you’re back.'))
  assert.equal(
    actions.pending.value.map(({ occurredAt }) => occurredAt),
    [at(1), at(2), at(3)],
  )

  void actions.flush()
  const accept = await next()
  assert.equal([accept.body.status, accept.body.occurredAt, 'version' in accept.body], ['accepted', at(1), false])
  assert.is(requests.length, 0, 'the others wait for its response')
  // Two others had declined it meanwhile.
  accept.respond(mine(4, 'accepted'))
  const setOff = await next()
  assert.equal([setOff.body.status, setOff.body.version, setOff.body.occurredAt], ['on_the_way', 4, at(2)])
  setOff.respond(mine(5, 'on_the_way'))
  const start = await next()
  assert.equal([start.body.status, start.body.version, start.body.occurredAt], ['in_progress', 5, at(3)])
  start.respond(mine(6, 'in_progress'))
  await settled()
  assert.equal([shown(), actions.pending.value.length], ['in_progress', 0])
})

test('changes that waited while the service was renamed are shown, and sent on the version that follows', async () => {
  const { orders, actions, next, requests, timers, shown } = setUp()
  const withHistory = (order: ReturnType<typeof mine>, ...renamed: boolean[]) => {
    const entry = { status: order.status, at: at(1), by: { ...by, role: 'vendor' } as const, note: null }
    const names = { kind: 'service', id: 's1', from: 'A', to: 'B' } as const
    return { ...order, history: renamed.map((isNew) => ({ ...entry, ...(isNew && { renamed: names }) })) }
  }
  orders.apply(withHistory(mine(2, 'accepted'), false, false))
  for (const [action, status] of [['set_off', 'on_the_way'] as const, ['start_work', 'in_progress'] as const]) {
    void actions.change(orders.peek('o1')!, action, status)
    ;(await next()).fail(offlineError())
    timers.pass()
    await settled()
    for (const { fail } of requests.splice(0)) fail(offlineError())
    await settled()
  }
  orders.apply(withHistory(mine(3, 'accepted'), false, false, true))
  assert.is(shown(), 'in_progress')
  void actions.flush()
  const setOff = await next()
  assert.is(setOff.body.version, 2)
  setOff.respond(withHistory(mine(4, 'on_the_way'), false, false, true, false))
  const start = await next()
  assert.equal([start.body.version, shown()], [4, 'in_progress'])
  start.respond(withHistory(mine(5, 'in_progress'), false, false, true, false, false))
  await settled()
  assert.equal([shown(), actions.conflicts.value], ['in_progress', []])
})

/** Cash was taken and the work completed, both without a connection. */
async function paidAndCompletedOffline(page: ReturnType<typeof setUp>) {
  const { orders, actions, next, requests, timers, notices } = page
  orders.apply(mine(4, 'in_progress'))
  void actions.takeCash(orders.peek('o1')!, 500)
  assert.is(orders.peek('o1')?.payment, undefined, 'the dialog shows that it is being sent')
  ;(await next()).fail(offlineError())
  timers.pass()
  await settled()
  void actions.change(orders.peek('o1')!, 'complete', 'completed')
  await settled()
  for (const { fail } of requests.splice(0)) fail(offlineError())
  await settled()
  assert.equal(notices, Array(2).fill('You’re offline. This will be sent when you’re back.'))
  void actions.flush()
  return next()
}

test('cash that a vendor took without a connection is shown, stored, and sent before the step that follows', async () => {
  const offlineChanges = inMemoryChanges()
  const page = setUp({ offlineChanges })
  const { orders, actions, next, shown } = page
  const paid = await paidAndCompletedOffline(page)
  const payment = { status: 'paid', method: 'cash', amount: 9500, tip: 500, at: at(0) } as const
  assert.equal([shown(), orders.peek('o1')?.payment?.tip], ['completed', 500])
  assert.equal(
    offlineChanges.stored.map(({ action, tip }) => [action, tip]),
    [
      ['pay', 500],
      ['complete', undefined],
    ],
  )
  assert.equal([paid.path, paid.body], ['/orders/o1/payment', { status: 'paid', method: 'cash', tip: 500 }])
  paid.respond({ ...mine(5, 'in_progress'), payment })
  const step = await next()
  assert.equal([step.body.status, step.body.version], ['completed', 5])
  step.respond({ ...mine(6, 'completed'), payment })
  await settled()
  assert.equal([shown(), actions.pending.value, offlineChanges.stored], ['completed', [], []])
})

test('a refused payment is said, and the step that followed it is still taken', async () => {
  const page = setUp()
  const { actions, next, shown } = page
  const paid = await paidAndCompletedOffline(page)
  // The customer has paid by the link meanwhile, which is one version more.
  paid.fail(new ApiError('payment_refused', 409, 'paid already'))
  const step = await next()
  assert.equal([step.body.status, step.body.version], ['completed', 4])
  step.respond(mine(6, 'completed'))
  await settled()
  assert.is(shown(), 'completed')
  assert.equal(
    actions.conflicts.value.map(({ changes }) => changes.map(({ action }) => action)),
    [['pay']],
  )
})

test('waiting changes survive a reload', async () => {
  const offlineChanges = inMemoryChanges()
  const before = setUp({ offlineChanges })
  before.orders.apply(mine(2, 'accepted'))
  void before.actions.change(before.orders.peek('o1')!, 'set_off', 'on_the_way')
  const sent = await before.next()

  const after = setUp({ offlineChanges })
  after.orders.apply(mine(2, 'accepted'))
  void after.actions.flush()
  const again = await after.next()
  assert.is(after.shown(), 'on_the_way')
  assert.is(again.body.commandId, sent.body.commandId)
  assert.is(again.body.occurredAt, at(0))
  again.respond(mine(3, 'on_the_way'))
  await settled()
  assert.equal(offlineChanges.stored, [])
})

test('a refused change that had waited is shown until it is read, with the changes that were to follow', async () => {
  const { orders, actions, next, timers, shown } = setUp()
  orders.apply(mine(2, 'accepted'))
  for (const [action, status] of [
    ['set_off', 'on_the_way'],
    ['start_work', 'in_progress'],
  ] as const) {
    void actions.change(orders.peek('o1')!, action, status)
    ;(await next()).fail(offlineError())
    await settled()
    timers.pass()
    await settled()
  }
  const cancelled = cancelledAt(3)
  ;(await next()).fail(new ApiError('version_conflict', 409, 'It was cancelled.', { order: cancelled }))
  await settled()
  assert.is(shown(), 'cancelled')
  const [conflict] = actions.conflicts.value
  assert.equal(
    [conflict?.changes.map(({ action }) => action), conflict?.reason],
    [['set_off', 'start_work'], t().workErrors.version_conflict],
  )
  assert.equal(actions.pending.value, [])
  actions.forget(conflict!)
  assert.equal(actions.conflicts.value, [])
})

test('a refused change is shown until it is read, also after a reload', async () => {
  const offlineChanges = inMemoryChanges()
  const before = setUp({ offlineChanges })
  before.orders.apply(mine(2, 'accepted'))
  void before.actions.change(before.orders.peek('o1')!, 'set_off', 'on_the_way')
  ;(await before.next()).fail(offlineError())
  await settled()
  void before.actions.flush()
  ;(await before.next()).fail(new ApiError('not_found', 404, 'no'))
  await settled()
  assert.is(before.actions.conflicts.value.length, 1)

  const after = setUp({ offlineChanges })
  void after.actions.flush()
  await settled()
  assert.is(after.requests.length, 0, 'it is not sent again')
  const [conflict] = after.actions.conflicts.value
  assert.equal([conflict?.changes.length, conflict?.reason], [1, 'It is no longer with you.'])
  after.actions.forget(conflict!)
  await settled()
  assert.equal([after.actions.conflicts.value, offlineChanges.stored], [[], []])
})

test('a change is sent again after any response that does not refuse it: the server may have applied it', async () => {
  const { orders, actions, next, shown, timers } = setUp()
  orders.apply(mine(2, 'accepted'))
  void actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
  const first = await next()
  first.fail(new ApiError('internal', 500, 'broken'))
  await settled()
  timers.pass()
  const second = await next()
  // A response that does not fit the schema.
  second.fail(new TypeError('not an order'))
  await settled()
  timers.pass()
  const third = await next()
  assert.is(third.body.commandId, first.body.commandId)
  third.respond(mine(3, 'on_the_way'))
  await settled()
  assert.equal([shown(), actions.pending.value.length], ['on_the_way', 0])
})

test('after sign-out nothing is sent, and waiting changes stay stored for the next sign-in', async () => {
  const offlineChanges = inMemoryChanges()
  const { orders, actions, next, requests, timers } = setUp({ offlineChanges })
  orders.apply(mine(2, 'accepted'))
  void actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
  ;(await next()).fail(offlineError())
  await settled()
  timers.pass()
  const inFlight = await next()
  actions.stop()
  // Refused because another user is signed in here now.
  inFlight.fail(new ApiError('forbidden', 403, 'no'))
  await settled()
  timers.pass()
  void actions.flush()
  await settled()
  assert.equal([requests.length, offlineChanges.stored.map(({ status }) => status)], [0, ['on_the_way']])
})

test('without storage, or with storage that never responds, changes are sent all the same', async () => {
  for (const offlineChanges of [
    {
      all: async () => Promise.reject(new Error('forbidden')),
      put: async () => Promise.reject(new Error('forbidden')),
      remove: async () => Promise.reject(new Error('forbidden')),
    },
    { all: () => new Promise<never>(() => {}), put: async () => {}, remove: async () => {} },
  ] satisfies OfflineChanges[]) {
    const { orders, actions, next, shown } = setUp({ offlineChanges })
    orders.apply(mine(2, 'accepted'))
    void actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
    ;(await next()).fail(offlineError())
    await settled()
    void actions.flush()
    ;(await next()).respond(mine(3, 'on_the_way'))
    await settled()
    assert.equal([shown(), actions.pending.value.length], ['on_the_way', 0])
  }
})

test('a change that the server has applied meanwhile is not applied twice', async () => {
  const { orders, actions, shown } = setUp()
  orders.apply(mine(2, 'accepted'))
  void actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
  orders.apply(mine(3, 'on_the_way'))
  assert.equal([shown(), orders.peek('o1')?.version], ['on_the_way', 3])
})

test('without offline changes, one that cannot be sent is reverted with a notice', async () => {
  const { orders, actions, next, shown, notices } = setUp({ offlineChanges: null })
  orders.apply(mine(2, 'accepted'))
  const done = actions.change(orders.peek('o1')!, 'set_off', 'on_the_way')
  ;(await next()).fail(offlineError())
  assert.is(await done, false)
  assert.equal([shown(), actions.pending.value.length, notices.length], ['accepted', 0, 1])
})

test.run()
