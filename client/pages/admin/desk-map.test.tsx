import { closePage } from '../../testing/dom.ts'
import { act, cleanup, fireEvent, render } from '@testing-library/preact'
import { LocationProvider } from 'preact-iso/router'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { WorkspaceContext } from '../../components/workspace-context.ts'
import { en } from '../../i18n/en.ts'
import { AdminModel } from '../../models/admin/admin.ts'
import { deskStateOf } from '../../models/admin/desk-address.ts'
import { clock } from '../../models/sync/clock.ts'
import { anOrder, at, settled } from '../../testing/orders.ts'
import { someLists, someWorkspace } from '../../testing/workspace.ts'
import { AdminContext } from './context.ts'
import DeskMap from './desk-map.tsx'

test.after.each(cleanup)
test.after(closePage)

const since = { status: 'online', since: at(0), lastSeenAt: at(0), activeOrders: 0 }
const vendors = [
  { id: 'ana', name: 'Ana', ...since },
  { id: 'ben', name: 'Ben', ...since },
]
const placeOf = (vendorId: string, minutes: number) => ({
  vendorId,
  lat: 52.5,
  lng: 13.4,
  accuracy: null,
  at: new Date(clock.now() - minutes * 60_000).toISOString(),
})

async function open(address: string) {
  history.replaceState(null, '', address)
  const asked: string[] = []
  const workspace = someWorkspace('admin', {
    async get(path, schema) {
      asked.push(path)
      const positions = [placeOf('ana', 1), placeOf('gone', 1)]
      return schema.parse({ ...someLists, vendors, positions })
    },
  })
  const contact = { phone: '1', address: 'Here 1' }
  workspace.orders.applyAll([
    { ...anOrder({ id: 'a', createdAt: at(0) }), contact: { ...contact, lat: 52.5, lng: 13.4 } },
    { ...anOrder({ id: 'b', createdAt: at(1) }), contact },
    { ...anOrder({ id: 'c', createdAt: at(2), status: 'cancelled' }), contact: { ...contact, lat: 52.5, lng: 13.4 } },
  ])
  const state = deskStateOf(Object.fromEntries(new URL(address, 'http://localhost:3000').searchParams))
  const model = new AdminModel(workspace, state)
  await settled()
  const { container } = render(
    <LocationProvider>
      <WorkspaceContext.Provider value={workspace}>
        <AdminContext.Provider value={model}>
          <DeskMap onSelect={() => {}} />
        </AdminContext.Provider>
      </WorkspaceContext.Provider>
    </LocationProvider>,
  )
  await act(settled)
  const chips = () => [...container.querySelectorAll('[data-map-vendor]')]
  return {
    asked,
    text: () => container.textContent ?? '',
    vendors: () => chips().map((chip) => chip.getAttribute('data-map-vendor')),
    located: (vendorId: string) => act(() => workspace.positions.located(placeOf(vendorId, 0))),
    async choose(index: number) {
      const chip = chips()[index]
      if (chip) fireEvent.click(chip)
      await act(settled)
    },
    close: () => model[Symbol.dispose](),
  }
}

test('the map has the open orders of the filters, and vendors whose position is known, live', async () => {
  const page = await open('/?view=map')
  assert.equal(page.vendors(), ['ana'], 'a vendor who is no more is not shown')
  assert.ok(page.text().includes(en.where.orders(1)), 'not the one that has ended')
  assert.ok(page.text().includes(en.where.noOrders(1)))
  await page.located('ben')
  assert.equal(page.vendors(), ['ana', 'ben'])
  page.close()
})

test('a vendor who is chosen is shown alone, with the way of the last day', async () => {
  const page = await open('/?view=map')
  await page.located('ben')
  await page.choose(1)
  assert.equal([page.vendors(), location.search], [['ben'], '?vendor=ben&view=map'])
  assert.ok(page.asked.includes('/vendors/ben/positions'))
  await page.choose(0)
  assert.equal([page.vendors(), location.search], [['ana', 'ben'], '?view=map'])
  page.close()
})

test.run()
