import { closePage } from '../testing/dom.ts'
import { useModel, signal } from '@preact/signals'
import { act, cleanup, render } from '@testing-library/preact'
import type { ComponentChild } from 'preact'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Role } from '#shared/actors.ts'
import { anOrder, settled } from '../testing/orders.ts'
import { someLists, someWorkspace } from '../testing/workspace.ts'
import { AdminModel } from './admin/admin.ts'
import { CheckoutModel } from './customer/checkout.ts'
import { CustomerModel } from './customer/customer.ts'
import { FinishedModel } from './orders/finished.ts'
import { offlineError } from './session/api-error.ts'
import { dismissNotice, notices } from './ui/notices.ts'
import { VendorModel } from './vendor/vendor.ts'

test.after.each(cleanup)
test.after(closePage)
test.after(() => notices.peek().forEach(({ id }) => dismissNotice(id)))

/** A workspace whose API logs the requested paths and counts the feeds that have not been stopped. */
function setUp(role: Role) {
  const paths: string[] = []
  const caughtUp = signal(0)
  const stored: string[][] = []
  const offlineJobs = {
    all: async () => [],
    replace: async (jobs: readonly { id: string }[]) => void stored.push(jobs.map(({ id }) => id)),
  }
  const created = someWorkspace(role, {
    get: async (path, schema) => (paths.push(path), schema.parse(someLists)),
    post: async () => {
      throw offlineError()
    },
  })
  let openFeeds = 0
  const openFeed: typeof created.openFeed = (query) => {
    openFeeds++
    const feed = created.openFeed(query)
    const stop = () => {
      openFeeds--
      feed.stop()
    }
    return { ...feed, stop }
  }
  const workspace = { ...created, caughtUp, offlineJobs, openFeed }
  return { workspace, paths, caughtUp, stored, openFeeds: () => openFeeds }
}

/** Renders a component that uses the model; returns how to unmount it. */
async function mount(Component: () => ComponentChild) {
  const { container, unmount } = render(<Component />)
  await act(settled)
  return { text: () => container.textContent, unmount: () => act(() => void unmount()) }
}

test('the feeds and effects of the admin’s model end with its component', async () => {
  const { workspace, paths, caughtUp, openFeeds } = setUp('admin')
  const { text, unmount } = await mount(() => {
    const { vendors } = useModel(() => new AdminModel(workspace))
    return <p>{vendors.jobs.value.get('ana') ?? 0}</p>
  })
  assert.is(openFeeds(), 3)
  const ana = { id: 'ana', name: 'Ana' }
  await act(() => void workspace.orders.apply(anOrder({ status: 'accepted', vendor: ana })))
  assert.is(text(), '1', 'the component follows the signals of its model')
  caughtUp.value++
  assert.is(paths.filter((path) => path === '/vendors').length, 2)
  await unmount()
  caughtUp.value++
  assert.equal([openFeeds(), paths.filter((path) => path === '/vendors').length], [0, 2])
})

test('the feeds and effects of the vendor’s model end with its component', async () => {
  const { workspace, stored, openFeeds } = setUp('vendor')
  const { text, unmount } = await mount(() => {
    const { offers } = useModel(() => new VendorModel(workspace))
    return <p>{offers.rows.value.length}</p>
  })
  assert.is(openFeeds(), 2)
  await act(() => void workspace.orders.apply(anOrder()))
  assert.equal([text(), document.title], ['1', '(1) Callout'])
  const me = { id: 'me', name: 'Me' }
  workspace.orders.apply(anOrder({ id: 'mine', status: 'accepted', vendor: me }))
  assert.equal(stored.at(-1), ['mine'])
  const writes = stored.length
  await unmount()
  workspace.orders.apply(anOrder({ id: 'o2' }))
  workspace.orders.apply(anOrder({ id: 'mine', status: 'on_the_way', vendor: me, version: 2 }))
  assert.equal([openFeeds(), document.title, stored.length], [0, 'Callout', writes])
})

test('the feed and effects of the customer’s model end with its component, and so does a waiting checkout', async () => {
  const { workspace, openFeeds } = setUp('customer')
  const models: CustomerModel[] = []
  const { unmount } = await mount(() => {
    const model = useModel(() => new CustomerModel(workspace))
    models[0] = model
    return <p>{model.cart.quantities.value.s1 ?? 0}</p>
  })
  const [model] = models
  assert.ok(model)
  assert.is(openFeeds(), 1)
  model.cart.set('s1', 2)
  assert.is(localStorage.getItem('callout.cart.me'), '{"s1":2}')
  const checkout = model.checkoutBy(CheckoutModel)
  assert.is(model.checkoutBy(CheckoutModel), checkout)
  checkout.form.change('phone', '5550100')
  checkout.form.change('address', '1 Lane')
  const placed = checkout.place()
  await settled()
  assert.is(checkout.waiting.value, true)
  await unmount()
  assert.equal([await placed, checkout.waiting.value], [null, false])
  model.cart.set('s1', 3)
  assert.equal([openFeeds(), localStorage.getItem('callout.cart.me')], [0, '{"s1":2}'])
})

test('the feed of the finished jobs ends with its component', async () => {
  const { workspace, openFeeds } = setUp('vendor')
  const { unmount } = await mount(() => <p>{useModel(() => new FinishedModel(workspace)).list.value.length}</p>)
  assert.is(openFeeds(), 1)
  await unmount()
  assert.is(openFeeds(), 0)
})

test.run()
