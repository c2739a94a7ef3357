import { closePage } from '../testing/dom.ts'
import { act, cleanup, render } from '@testing-library/preact'
import { LocationProvider } from 'preact-iso/router'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { clock } from '../models/sync/clock.ts'
import { Tracking } from '../pages/customer/tracking.tsx'
import { anOrder, settled } from '../testing/orders.ts'
import { someWorkspace } from '../testing/workspace.ts'
import { useOrder } from './use-order.ts'
import { WorkspaceContext } from './workspace-context.ts'

test.after.each(cleanup)
test.after(closePage)

const place = { lat: 52.5003, lng: 13.4112, accuracy: 8 }
const goal = { phone: '+49 30 5550177', address: 'Pariser Platz 1', lat: 52.5163, lng: 13.3777 }
const inMinutes = (minutes: number) => new Date(clock.now() + minutes * 60_000).toISOString()

/** The page of a customer whose order is on the way. `answer`: of GET /orders/:id/position. */
async function open(answer: object) {
  const asked: string[] = []
  const workspace = someWorkspace('customer', {
    async get(path, schema) {
      asked.push(path)
      return schema.parse(path.endsWith('/position') ? answer : {})
    },
  })
  const order: Order = {
    ...anOrder({ id: 'a', status: 'on_the_way', vendor: { id: 'ana', name: 'Ana' } }),
    contact: goal,
  }
  workspace.orders.applyAll([order])
  const Page = () => {
    const { entry } = useOrder('a')
    return entry ? <Tracking order={entry.order} /> : null
  }
  const { container } = render(
    <LocationProvider>
      <WorkspaceContext.Provider value={workspace}>
        <Page />
      </WorkspaceContext.Provider>
    </LocationProvider>,
  )
  await act(settled)
  return {
    asked: () => asked.filter((path) => path.endsWith('/position')),
    sentence: () => container.querySelector('h1')?.textContent,
    hasMap: () => container.querySelector('[data-map]') !== null,
    text: () => container.textContent ?? '',
    tracked: (event: object) =>
      act(() => workspace.positions.tracked({ orderId: 'a', ...place, at: inMinutes(0), ...event })),
    apply: (change: Partial<Order>) =>
      act(() => void workspace.orders.apply({ ...order, ...change, version: order.version + 1 })),
  }
}

test('the customer reads when the vendor arrives, and sees where they are, live, until the arrival', async () => {
  const page = await open({ position: null, eta: { from: inMinutes(11.2), to: inMinutes(14.2) } })
  assert.equal(page.asked(), ['/orders/a/position'])
  assert.equal([page.sentence(), page.hasMap()], ['Ana is on the way, 10–15 min.', false])
  await page.tracked({ eta: { from: inMinutes(4.2), to: inMinutes(5.8) } })
  assert.equal([page.sentence(), page.hasMap()], ['Ana is on the way, about 5 min.', true])
  await page.tracked({ at: inMinutes(0.1) })
  assert.equal([page.sentence(), page.hasMap()], ['Ana is on the way to you.', true])
  await page.apply({ status: 'in_progress' })
  assert.equal([page.sentence(), page.hasMap()], ['Ana is at work.', false])
})

test('a position of some minutes ago is shown as such', async () => {
  const page = await open({ position: { ...place, at: inMinutes(-6) }, eta: null })
  assert.equal([page.sentence(), page.hasMap()], ['Ana is on the way to you.', true])
  assert.match(page.text(), /The position is from .*min/)
})

test.run()
