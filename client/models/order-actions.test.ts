import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import { anOrder, fakeTimers } from '../testing/orders.ts'
import { ApiError } from './api-error.ts'
import { createOrderActions } from './order-actions.ts'
import { createOrders } from './orders.ts'

const ana = { id: 'ana', name: 'Ana' }

/** Actions on one order, over a server that answers as the test says. */
function setUp(answer: () => unknown) {
  const bodies: unknown[] = []
  const said: string[] = []
  const reply = async <S extends z.ZodMiniType>(_: string, schema: S, body?: unknown): Promise<z.infer<S>> => {
    bodies.push(body)
    return schema.parse(answer())
  }
  const api = { get: reply, patch: reply, post: reply }
  const orders = createOrders(fakeTimers())
  const order = anOrder({ version: 3 })
  orders.take(order)
  return {
    orders,
    order,
    bodies,
    said,
    actions: createOrderActions({ api, orders, tell: (text) => void said.push(text) }),
  }
}

test('shows as done only what the server has done', async () => {
  const { orders, order, actions, bodies } = setUp(() => anOrder({ version: 4, status: 'accepted', vendor: ana }))
  const done = actions.change(order, 'accept', 'accepted')
  assert.is(orders.peek('o1')?.status, 'pending')
  assert.ok(actions.sending.value.has('o1'))
  assert.is(await done, true)
  assert.is(orders.peek('o1')?.status, 'accepted')
  assert.not(actions.sending.value.has('o1'))
  // No version: an offer that others declined meanwhile can still be accepted.
  assert.equal(bodies, [{ status: 'accepted' }])
})

test('sends the version it has seen, and the reason', async () => {
  const { order, actions, bodies } = setUp(() => anOrder({ version: 4, status: 'cancelled' }))
  await actions.change(order, 'cancel', 'cancelled', { reason: 'No longer needed' })
  assert.equal(bodies, [{ status: 'cancelled', reason: 'No longer needed', version: 3 }])
})

test('an offer that another vendor took fades, and says so', async () => {
  const { orders, order, actions, said } = setUp(() => {
    throw new ApiError('already_taken', 409, 'Another vendor was faster. The offer is gone.')
  })
  assert.is(await actions.change(order, 'accept', 'accepted'), false)
  assert.is(orders.entry('o1')?.leaving, 'Taken by another vendor')
  assert.equal(said, ['Another vendor was faster. The offer is gone.'])
})

test('a conflict brings the order as it is', async () => {
  const { orders, order, actions } = setUp(() => {
    throw new ApiError('version_conflict', 409, 'changed', { order: anOrder({ version: 7, status: 'cancelled' }) })
  })
  await actions.change(order, 'release', 'pending', { reason: 'late' })
  assert.is(orders.peek('o1')?.version, 7)
  assert.is(orders.peek('o1')?.status, 'cancelled')
})

test('a declined offer leaves this list though it stays open', async () => {
  const { orders, order, actions } = setUp(() => anOrder({ version: 4 }))
  await actions.change(order, 'decline', 'rejected', { reason: 'Too far away' })
  assert.is(orders.entry('o1')?.leaving, 'Declined')
})

test('one step at a time', async () => {
  const { order, actions, bodies } = setUp(() => anOrder({ version: 4, status: 'accepted', vendor: ana }))
  await Promise.all([actions.change(order, 'accept', 'accepted'), actions.change(order, 'accept', 'accepted')])
  assert.is(bodies.length, 1)
})

test.run()
