import { closePage } from '../../testing/dom.ts'
import { signal } from '@preact/signals'
import { act, cleanup, fireEvent, render } from '@testing-library/preact'
import { LocationProvider } from 'preact-iso/router'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { WorkspaceContext } from '../../components/workspace-context.ts'
import { AdminModel } from '../../models/admin/admin.ts'
import type { Api } from '../../live/api.ts'
import { createWorkspace } from '../../models/workspace.ts'
import { anOrder, at, settled } from '../../testing/orders.ts'
import { AdminContext } from './context.ts'
import { OrderTable } from './order-table.tsx'

test.after.each(cleanup)
test.after(closePage)

const many = 10_000
const ana = { id: 'ana', name: 'Ana Petrova' }
const me = { id: 'me', name: 'Me', email: 'me@example.com', role: 'admin', active: true, createdAt: at(0) } as const
const unused = () => Promise.reject(new Error('not in this test'))

/** Renders the table with ten thousand orders, and records which rows render. */
async function setUp() {
  const api: Api = {
    get: async (_path, schema) => schema.parse({ orders: [], nextCursor: null, syncCursor: 'c', vendors: [] }),
    post: unused,
    patch: unused,
    put: unused,
    remove: unused,
  }
  const workspace = createWorkspace({ me, api, token: signal(null), renew: unused, transport: unused, url: '' })
  const { orders } = workspace
  let rendered: string[] = []
  // Each render of a row reads its order once.
  const entry = (id: string) => (rendered.push(id), orders.entry(id))
  const counted = { ...workspace, orders: { ...orders, entry } }
  const model = new AdminModel(counted)
  await settled()
  orders.applyAll(Array.from({ length: many }, (_, index) => anOrder({ id: `o${index}`, createdAt: at(index) })))
  const picked: (string | null)[] = []
  const page = (selected: string | null) => (
    <LocationProvider>
      <WorkspaceContext.Provider value={counted}>
        <AdminContext.Provider value={model}>
          <OrderTable selected={selected} onSelect={(id) => picked.push(id)} />
        </AdminContext.Provider>
      </WorkspaceContext.Provider>
    </LocationProvider>
  )
  const view = render(page(null))
  return {
    orders,
    picked,
    rows: () => [...view.container.querySelectorAll('tr[data-order-id]')],
    select: (id: string) => view.rerender(page(id)),
    renderedBy: async (change: () => void) => {
      rendered = []
      await act(change)
      return rendered
    },
    stop: () => model.board.stop(),
  }
}

// The order that has waited longest is the first row.
test('a change of one among ten thousand orders renders one row', async () => {
  const { orders, renderedBy, rows, stop } = await setUp()
  const change = () => orders.apply(anOrder({ id: 'o9', createdAt: at(9), version: 2, notes: 'ring twice' }))
  assert.equal(await renderedBy(change), ['o9'])
  assert.is(rows()[9]?.getAttribute('data-order-id'), 'o9')
  // It moves behind all that are pending; the first hundred rows are rendered.
  const accepted = anOrder({ id: 'o8', createdAt: at(8), version: 2, status: 'accepted', vendor: ana })
  assert.equal(await renderedBy(() => orders.apply(accepted)), ['o100'])
  assert.is(rows()[8]?.getAttribute('data-order-id'), 'o9')
  stop()
})

test('a change of an order that is not rendered renders nothing', async () => {
  const { orders, renderedBy, stop } = await setUp()
  const accepted = anOrder({ id: 'o7000', createdAt: at(7_000), version: 2, status: 'accepted', vendor: ana })
  assert.equal(await renderedBy(() => orders.apply(accepted)), [])
  stop()
})

test('a row at the top renders itself and the row that is no longer tabbable', async () => {
  const { orders, renderedBy, rows, stop } = await setUp()
  const rendered = await renderedBy(() => orders.apply(anOrder({ id: 'new', createdAt: at(-1) })))
  assert.equal(rendered, ['new', 'o0'])
  assert.is(rows()[0]?.getAttribute('data-order-id'), 'new')
  stop()
})

test('the first hundred of ten thousand rows are in the document', async () => {
  const { rows, stop } = await setUp()
  assert.equal([rows().length, rows()[99]?.getAttribute('data-order-id')], [100, 'o99'])
  stop()
})

test('a click selects its row, and the selection renders only the rows that change', async () => {
  const { rows, picked, select, renderedBy, stop } = await setUp()
  const cell = rows()[3]?.querySelector('td')
  if (cell) fireEvent.click(cell)
  assert.equal(picked, ['o3'])
  assert.equal(await renderedBy(() => select('o3')), ['o0', 'o3'])
  stop()
})

test('a row shows when the order is for, and a wait from when it is due', async () => {
  const { orders, renderedBy, rows, stop } = await setUp()
  const next = new Date(Date.now() + 86_400_000 * 400).toISOString()
  await renderedBy(() =>
    orders.applyAll([
      anOrder({ id: 'o0', createdAt: at(0), version: 2, status: 'cancelled' }),
      anOrder({ id: 'soon', createdAt: at(-2), scheduledFor: at(-1) }),
      anOrder({ id: 'asap', createdAt: at(-3) }),
      anOrder({ id: 'o1', createdAt: at(1), version: 2, scheduledFor: next, status: 'accepted', vendor: ana }),
    ]),
  )
  const late = rows().map((row) => row.querySelector('[data-late]')?.getAttribute('data-late'))
  assert.equal(late.slice(0, 2), ['true', 'true'])
  assert.match(rows()[0]?.textContent ?? '', /ASAP/)
  assert.not.match(rows()[1]?.textContent ?? '', /ASAP/)
  stop()
})

test.run()
