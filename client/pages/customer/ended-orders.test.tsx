import { closePage } from '../../testing/dom.ts'
import { signal } from '@preact/signals'
import { act, cleanup, fireEvent, render } from '@testing-library/preact'
import { LocationProvider } from 'preact-iso/router'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { en } from '../../i18n/en.ts'
import { WorkspaceContext } from '../../components/workspace-context.ts'
import { CustomerModel } from '../../models/customer/customer.ts'
import type { Api } from '../../live/api.ts'
import { createWorkspace } from '../../models/workspace.ts'
import { anOrder, at, settled } from '../../testing/orders.ts'
import { CustomerContext } from './context.ts'
import { OpenOrders } from './open-orders.tsx'

const me = {
  id: 'sam',
  name: 'Sam',
  email: 'sam@example.com',
  role: 'customer',
  active: true,
  createdAt: at(0),
} as const
const admin = { id: 'ada', name: 'Ada', role: 'admin' } as const
const unused = () => Promise.reject(new Error('not in this test'))

test.before.each(() => localStorage.clear())
test.after.each(cleanup)
test.after(closePage)

const order = (id: string, minute: number) => anOrder({ id, createdAt: at(minute) })
const cancelled = (before: Order, by: Order['history'][number]['by'] = admin): Order => ({
  ...before,
  status: 'cancelled',
  version: 2,
  history: [...before.history, { status: 'cancelled', at: at(9), by, note: 'No vendor is available' }],
})

/** Opens the customer's start page; the server lists `orders`. */
async function open(orders: readonly Order[]) {
  const api: Api = {
    get: async (_path, schema) =>
      schema.parse({ orders, nextCursor: null, syncCursor: 'c', currency: 'USD', services: [] }),
    post: unused,
    patch: unused,
    put: unused,
    remove: unused,
  }
  const workspace = createWorkspace({ me, api, token: signal(null), renew: unused, transport: unused, url: '' })
  const model = new CustomerModel(workspace)
  await settled()
  const { container, unmount } = render(
    <LocationProvider>
      <WorkspaceContext.Provider value={workspace}>
        <CustomerContext.Provider value={model}>
          <OpenOrders />
        </CustomerContext.Provider>
      </WorkspaceContext.Provider>
    </LocationProvider>,
  )
  await act(settled)
  return {
    apply: (event: Order) => act(() => void workspace.orders.apply(event)),
    rows: () =>
      [...container.querySelectorAll('[data-order-id]')].map(
        (row) => `${row.getAttribute('data-order-id')} ${row.getAttribute('data-status')}`,
      ),
    text: () => container.textContent ?? '',
    dismiss: (number: string) =>
      act(() => void fireEvent.click(container.querySelector(`[aria-label="${en.customer.dismissOrder(number)}"]`)!)),
    close() {
      model[Symbol.dispose]()
      unmount()
    },
  }
}

const [a, b, c, d] = [order('a', 1), order('b', 2), order('c', 3), order('d', 4)]

test('an order that another person ends keeps its place, with its end and the reason, until it is dismissed', async () => {
  const page = await open([a, b, c])
  await page.apply(cancelled(b))
  assert.equal(page.rows(), ['c pending', 'b cancelled', 'a pending'])
  assert.match(page.text(), /cancelled by our team\.No vendor is available/)
  await page.apply(cancelled(c, { id: me.id, name: me.name, role: 'customer' }))
  assert.equal(page.rows(), ['b cancelled', 'a pending'], 'the customer’s own cancellation is no news')
  await page.dismiss('N-b')
  assert.equal(page.rows(), ['a pending'])
  page.close()
})

test('an order that ended while the page was closed is told at the next opening, once', async () => {
  const first = await open([a, b, c, d])
  assert.equal(first.rows(), ['d pending', 'c pending', 'b pending'])
  first.close()
  const second = await open([cancelled(a), b, c, d])
  assert.equal(second.rows(), ['d pending', 'c pending', 'b pending', 'a cancelled'])
  second.close()
  const third = await open([cancelled(a), b, c, d])
  assert.equal(third.rows(), ['d pending', 'c pending', 'b pending'])
  third.close()
})

test.run()
