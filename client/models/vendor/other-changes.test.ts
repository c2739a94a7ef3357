import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OrderStatus } from '#shared/order-status.ts'
import { anOrder, at, gone } from '../../testing/orders.ts'
import { otherChange } from './other-changes.ts'

const me = { id: 'ana', name: 'Ana', role: 'vendor' } as const
const admin = { id: 'ada', name: 'Ada', role: 'admin' } as const
const vendor = { id: me.id, name: me.name }
const offer = anOrder()

const job = (status: OrderStatus = 'accepted', by: typeof me | typeof admin = me, more: object = {}) =>
  anOrder({
    status,
    version: 2,
    vendor,
    history: [...offer.history, { status, at: at(1), by, note: null, ...more }],
  })

test('an assignment by an admin is told, and is heard', () => {
  const change = otherChange(me.id, offer, job('accepted', admin, { assigned: vendor }))
  assert.equal(change, { text: 'N-o1: Assigned: Assigned to Ana', assigned: true })
  assert.is(otherChange(me.id, undefined, job('accepted', admin, { assigned: vendor }))?.assigned, true)
})

test('a cancellation is told with its reason', () => {
  const cancelled = { ...job('cancelled', admin), version: 3 }
  cancelled.history = [...job().history, { status: 'cancelled', at: at(2), by: admin, note: 'Customer moved' }]
  assert.equal(otherChange(me.id, job(), cancelled), { text: 'N-o1: Cancelled: Customer moved', assigned: false })
})

test('a job that goes to another vendor or back to all vendors is told', () => {
  assert.is(otherChange(me.id, job(), gone('o1', 3))?.text, 'N-o1: Given to another vendor')
  const released = anOrder({
    version: 3,
    history: [...job().history, { status: 'pending', at: at(2), by: admin, note: 'Wrong van' }],
  })
  assert.is(otherChange(me.id, job(), released)?.text, 'N-o1: Taken back by our team: Wrong van')
})

test('a new name is not told; what came before it is', () => {
  const renamed = { kind: 'service', id: 's1', from: 'A', to: 'B' } as const
  const after = (order: ReturnType<typeof anOrder>) => {
    const { status, version, history } = order
    const entry = { status, at: at(3), by: admin, note: null, renamed }
    return { ...order, version: version + 1, history: [...history, entry] }
  }
  assert.is(otherChange(me.id, job(), after(job())), null)
  assert.is(
    otherChange(
      me.id,
      job('accepted', admin, { assigned: vendor }),
      after(job('accepted', admin, { assigned: vendor })),
    ),
    null,
  )
  assert.is(otherChange(me.id, offer, after(offer)), null)
  const assigned = { text: 'N-o1: Assigned: Assigned to Ana', assigned: true }
  assert.equal(otherChange(me.id, offer, after(job('accepted', admin, { assigned: vendor }))), assigned)
})

test('the vendor’s own changes and changes of other orders are not told', () => {
  assert.is(otherChange(me.id, offer, job()), null)
  assert.is(otherChange(me.id, offer, gone('o1', 2)), null)
  assert.is(otherChange(me.id, undefined, offer), null)
  assert.is(otherChange('ben', offer, job()), null)
})

test.run()
