import { closePage } from '../testing/dom.ts'
import { signal } from '@preact/signals'
import { cleanup, render } from '@testing-library/preact'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Role } from '#shared/actors.ts'
import type { Payment } from '#shared/order-outcome.ts'
import type { Order } from '#shared/orders.ts'
import { en } from '../i18n/en.ts'
import type { Api } from '../live/api.ts'
import { createWorkspace } from '../models/workspace.ts'
import { anOrder, at, settled } from '../testing/orders.ts'
import PaymentCard from './payment-card.tsx'
import { WorkspaceContext } from './workspace-context.ts'

const test = suite('what a page shows of a payment')

test.after.each(cleanup)
test.after(closePage)

const unused = () => Promise.reject(new Error('not in this test'))
const { payments } = en

/** What a person sees of the order, and the buttons. `link`: of the provider. */
async function shown(role: Role, more: Partial<Order>, link: string | null = null) {
  const order = anOrder({ contact: { phone: '030 5550177', address: '1 Main St' }, ...more })
  const payment = { payment: null, amount: order.totalAmount, currency: 'USD', business: null, link }
  const api: Api = {
    get: async (path, schema) =>
      schema.parse(
        path.includes('/payment') ? payment : { orders: [], nextCursor: null, syncCursor: 'c', vendors: [] },
      ),
    post: unused,
    patch: unused,
    put: unused,
    remove: unused,
  }
  const me = { id: 'ana', name: 'Ana', email: 'ana@example.com', role, active: true, createdAt: at(0) }
  const workspace = createWorkspace({ me, api, token: signal(null), renew: unused, transport: unused, url: '' })
  const { container } = render(
    <WorkspaceContext.Provider value={workspace}>
      <PaymentCard order={order} />
    </WorkspaceContext.Provider>,
  )
  await settled()
  return {
    text: container.textContent ?? '',
    buttons: [...container.querySelectorAll('button')].map((button) => button.textContent),
  }
}

const vendor = { id: 'ana', name: 'Ana' }
const paid: Payment = { status: 'paid', method: 'link', amount: 9500, at: at(1) }

test('an admin of a business that keeps payments elsewhere has one quiet button, and none for an order that was cancelled', async () => {
  const { text, buttons } = await shown('admin', {})
  assert.equal([text, buttons], [payments.record, [payments.record]])
  assert.equal(await shown('admin', { status: 'cancelled' }), { text: '', buttons: [] })
})

test('with a payment link, or once an order is paid, an admin sees the payment and what may be done', async () => {
  const open = await shown('admin', {}, 'https://pay.example/o1')
  assert.equal(open.buttons, [payments.markPaid, payments.copyLink])
  const done = await shown('admin', { payment: paid })
  assert.equal(done.buttons, [payments.markUnpaid, payments.markRefunded])
})

test('a vendor may say that cash was taken at the visit, not before', async () => {
  assert.equal((await shown('vendor', { status: 'in_progress', vendor })).buttons, [payments.paidCash])
  assert.equal((await shown('vendor', { status: 'accepted', vendor })).buttons, [])
})

test('a part that was refunded is shown, and the order is still paid', async () => {
  const { text } = await shown('admin', { payment: { ...paid, refunded: 2000 } })
  assert.match(text, payments.partlyRefunded(payments.methods.link))
  assert.match(text, '$20.00 refunded')
})

test.run()
