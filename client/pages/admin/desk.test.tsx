import { closePage } from '../../testing/dom.ts'
import { act, cleanup, fireEvent, render } from '@testing-library/preact'
import { LocationProvider } from 'preact-iso/router'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { WorkspaceContext } from '../../components/workspace-context.ts'
import { en } from '../../i18n/en.ts'
import { AdminModel } from '../../models/admin/admin.ts'
import { deskStateOf } from '../../models/admin/desk-address.ts'
import { createUsers } from '../../models/admin/users.ts'
import { ApiError } from '../../models/session/api-error.ts'
import { dismissNotice, notices } from '../../models/ui/notices.ts'
import { anOrder, at, settled } from '../../testing/orders.ts'
import { someLists, someUser, someWorkspace, unused } from '../../testing/workspace.ts'
import { AdminContext } from './context.ts'
import { DeskPage } from './desk.tsx'
import { ActiveDialog } from './user-dialogs.tsx'

test.after.each(() => {
  cleanup()
  notices.peek().forEach(({ id }) => dismissNotice(id))
})
test.after(closePage)

const ana = { id: 'ana', name: 'Ana Petrova' }
const atWork = { status: 'online', since: at(0), lastSeenAt: at(0) }
const vendors = [
  { ...ana, ...atWork, activeOrders: 1 },
  { id: 'ben', name: 'Ben', ...atWork, activeOrders: 0 },
  { id: 'cleo', name: 'Cleo', ...atWork, status: 'break', activeOrders: 0 },
]
const aCandidate = { lacks: [], works: true, distance: null, offered: false, declined: false }
/** Who can do an order. */
let candidates: object = { vendors: [], offer: null }
/** The bodies of POST requests. */
const posted: unknown[] = []

/** Opens the desk at an address, as after a reload, with more orders, or another part of the admin's pages. */
async function open(address: string, more: readonly Order[] = [], shown = <DeskPage />) {
  history.replaceState(null, '', address)
  const workspace = someWorkspace('admin', {
    get: async (path, schema) =>
      schema.parse(path.endsWith('/vendors') && path !== '/vendors' ? candidates : { ...someLists, vendors }),
    post: async (_path, _schema, body) => {
      posted.push(body)
      throw new Error('not in this test')
    },
  })
  workspace.orders.applyAll([
    anOrder({ id: 'a', createdAt: at(0) }),
    anOrder({ id: 'b', createdAt: at(1) }),
    anOrder({ id: 'c', createdAt: at(2), status: 'accepted', vendor: ana }),
    ...more,
  ])
  const state = deskStateOf(Object.fromEntries(new URL(address, 'http://localhost:3000').searchParams))
  const model = new AdminModel(workspace, state)
  await settled()
  const { container } = render(
    <LocationProvider>
      <WorkspaceContext.Provider value={workspace}>
        <AdminContext.Provider value={model}>{shown}</AdminContext.Provider>
      </WorkspaceContext.Provider>
    </LocationProvider>,
  )
  await act(settled)
  return {
    rows: () => [...container.querySelectorAll('tr[data-order-id]')].map((row) => row.getAttribute('data-order-id')),
    address: () => location.pathname + location.search,
    /** The chosen filter, vendor and sort, as the page shows them. */
    pressed: () =>
      [...container.querySelectorAll('nav:first-of-type [aria-pressed=true], li [aria-pressed=true]')].map(
        ({ textContent }) => textContent,
      ),
    sorted: () => container.querySelector('[aria-sort]')?.textContent,
    click: async (selector: string, text: string) => {
      const button = [...container.querySelectorAll(selector)].find(({ textContent }) => textContent?.startsWith(text))
      assert.ok(button, text)
      await act(async () => {
        fireEvent.click(button)
        await settled()
      })
    },
    /** The browser has gone to another entry of its history. */
    back: async (to: string) => {
      history.replaceState(null, '', to)
      await act(async () => {
        window.dispatchEvent(new Event('popstate'))
        await settled()
      })
    },
    field: <Element extends HTMLElement>(selector: string) => container.querySelector<Element>(selector),
    submit: () =>
      act(async () => {
        const form = container.querySelector('dialog form')
        if (form) fireEvent.submit(form)
        await settled()
      }),
    workspace,
    stop: () => model.board.stop(),
  }
}

test('a click on a filter, a vendor, a header and a row is an entry of the history, which Back undoes', async () => {
  const desk = await open('/')
  const before = history.length
  await desk.click('nav button', 'Pending')
  assert.equal([desk.address(), desk.rows()], ['/?status=pending', ['a', 'b']])
  await desk.click('th button', 'Waiting')
  assert.equal([desk.address(), desk.rows()], ['/?status=pending&sort=waiting', ['b', 'a']])
  await desk.click('tr', 'N-a')
  assert.is(desk.address(), '/?status=pending&sort=waiting&order=a')
  assert.is(history.length, before + 3)
  // From one order to another, Back leads to the list.
  await desk.click('tr', 'N-b')
  assert.equal([desk.address(), history.length], ['/?status=pending&sort=waiting&order=b', before + 3])
  await desk.back('/?status=pending')
  assert.equal(desk.rows(), ['a', 'b'])
  await desk.back('/')
  assert.equal(desk.rows(), ['a', 'b', 'c'])
  await desk.click('li button', 'Ana')
  assert.equal([desk.address(), desk.rows()], ['/?vendor=ana', ['c']])
  desk.stop()
})

test('the pane and the assign dialog say what another person has done to the order, but not each step of the work', async () => {
  const desk = await open('/?order=a')
  const [placed] = anOrder({ id: 'a' }).history
  assert.ok(placed)
  const accepted = { status: 'accepted', at: at(1), by: { ...ana, role: 'vendor' }, note: null } as const
  const reassigned = { ...accepted, by: { id: 'eve', name: 'Eve', role: 'admin' }, note: 'Ben is nearer' } as const
  const apply = (order: Parameters<typeof anOrder>[0]) =>
    act(() => void desk.workspace.orders.apply(anOrder({ id: 'a', createdAt: at(0), status: 'accepted', ...order })))
  const said = () => document.querySelector('article [role=status]')?.textContent ?? ''
  await apply({ version: 2, vendor: ana, history: [placed, accepted] })
  assert.is(said(), '')
  const ben = { id: 'ben', name: 'Ben' }
  await apply({ version: 3, vendor: ben, history: [placed, accepted, { ...reassigned, assigned: ben }] })
  assert.match(said(), /^ReassignedAssigned to Ben: Ben is nearerEve, admin/)
  const dismiss = document.querySelector('article [role=status] button')
  assert.ok(dismiss)
  await act(() => void fireEvent.click(dismiss))
  assert.is(said(), '')
  await desk.click('article button', en.admin.reassign)
  const cleo = { id: 'cleo', name: 'Cleo' }
  const history = [placed, accepted, { ...reassigned, assigned: ben }, { ...reassigned, assigned: cleo, note: null }]
  await apply({ version: 4, vendor: cleo, history })
  assert.match(document.querySelector('dialog [role=status]')?.textContent ?? '', /^ReassignedAssigned to CleoEve/)
  desk.stop()
})

test('deactivating a vendor asks before the jobs go to a vendor on a break', async () => {
  const sent: unknown[] = []
  const user = { ...someUser('vendor'), id: 'ben', name: 'Ben' }
  const users = createUsers({
    get: unused,
    post: unused,
    remove: unused,
    async patch(_path, schema, body) {
      sent.push(body)
      if (sent.length > 1) return schema.parse({ ...user, active: false })
      throw new ApiError('vendor_has_jobs', 409, '', { orders: [anOrder({ status: 'accepted' })] })
    },
  })
  const desk = await open('/', [], <ActiveDialog users={users} user={user} onClose={() => {}} />)
  const [form, button] = [document.querySelector('form'), document.querySelector('button[type=submit]')]
  assert.ok(form && button)
  const submit = () =>
    act(async () => {
      fireEvent.submit(form)
      await settled()
    })
  await submit()
  const select = document.querySelector('select')
  assert.ok(select)
  select.value = 'cleo'
  await act(() => void fireEvent.change(select))
  await submit()
  assert.equal([sent.length, button.textContent], [1, en.admin.account.deactivateAnyway])
  assert.is(document.querySelector('[role=alert]')?.textContent, en.admin.onBreakNow('Cleo'))
  await submit()
  assert.equal(sent.at(-1), { active: false, openJobs: { reassignTo: 'cleo' } })
  desk.stop()
})

test('a reload keeps the filters, the sort and the selection', async () => {
  const desk = await open('/?status=open&vendor=ana&q=sam&sort=-customer&order=c')
  assert.equal(desk.rows(), ['c'])
  assert.is(desk.sorted()?.startsWith('Customer'), true)
  assert.is(document.querySelector<HTMLInputElement>('input[type=search]')?.value, 'sam')
  assert.is(document.querySelector('article')?.getAttribute('data-order-id'), 'c')
  desk.stop()
})

test('the letters of one search are one entry of the history, and Back empties the box', async () => {
  const desk = await open('/')
  const before = history.length
  const input = document.querySelector<HTMLInputElement>('input[type=search]')
  assert.ok(input)
  const search = async (value: string) => {
    input.value = value
    await act(async () => {
      fireEvent.input(input)
      fireEvent.keyDown(input, { key: 'Enter' })
      await settled()
    })
  }
  fireEvent.focus(input)
  await search('n')
  await search('n c')
  assert.equal([desk.address(), desk.rows()], ['/?q=n+c', ['c']])
  assert.is(history.length, before + 1)
  await desk.back('/')
  assert.equal([input.value, desk.rows()], ['', ['a', 'b', 'c']])
  desk.stop()
})

test('the dialog to reassign says at the field that a reason is missing, and keeps what was typed', async () => {
  const desk = await open('/?order=d', [anOrder({ id: 'd', status: 'in_progress', vendor: ana })])
  const reason = () => desk.field<HTMLTextAreaElement>('textarea[name=reason]')
  const openDialog = async () => {
    await desk.click('button', t().admin.reassign)
    await act(settled)
  }
  await openDialog()
  const ben = desk.field<HTMLInputElement>('input[value=ben]')
  assert.ok(ben)
  await act(() => void fireEvent.click(ben))
  await desk.submit()
  assert.is(reason()?.getAttribute('aria-invalid'), 'true')
  assert.is(document.activeElement, reason())
  assert.equal(posted, [])

  await act(() => void fireEvent.input(reason()!, { target: { value: 'Ana is ill' } }))
  await act(() => void fireEvent(desk.field('dialog')!, new Event('close')))
  assert.is(reason(), null)
  await openDialog()
  assert.is(reason()?.value, 'Ana is ill')
  await desk.submit()
  assert.equal(posted, [{ vendorId: 'ben', reason: 'Ana is ill', version: 1 }])
  sessionStorage.clear()
  desk.stop()
})

test('the dialog to assign lists the able first, says what the others lack, and asks before one of them is chosen', async () => {
  candidates = {
    vendors: [
      { ...ana, ...aCandidate, distance: 2_340, offered: true },
      { id: 'cleo', name: 'Cleo', ...aCandidate, declined: true },
      { id: 'ben', name: 'Ben', ...aCandidate, lacks: ['gas', 'height'], works: false },
    ],
    offer: { round: 2, until: at(5) },
  }
  const desk = await open('/?order=e', [anOrder({ id: 'e', offer: { round: 2, until: at(5) } })])
  await act(settled)
  const state = desk.field('[data-offer-round]')?.textContent ?? ''
  for (const text of [t().dispatch.round(2), t().dispatch.asked('Ana Petrova'), t().dispatch.declined('Cleo')])
    assert.ok(state.includes(text), text)
  await desk.click('button', t().orders.actions.assign)
  await act(settled)
  const row = (id: string) => desk.field(`dialog label[data-vendor-id=${id}]`)?.textContent ?? ''
  const { lacks, worksElsewhere, hasDeclined, isOffered } = t().dispatch
  assert.ok(row('ana').includes(`2.3 km · ${isOffered}`))
  assert.ok(row('cleo').includes(hasDeclined))
  assert.ok(row('ben').includes(`${lacks('gas, height')} · ${worksElsewhere}`))
  const places = [...document.querySelectorAll('dialog label[data-vendor-id]')]
  assert.equal(
    places.map((label) => label.getAttribute('data-vendor-id')),
    ['ana', 'cleo', 'ben'],
  )
  const choose = async (id: string) =>
    act(() => void fireEvent.click(desk.field<HTMLInputElement>(`input[value=${id}]`)!))
  const submitText = () => desk.field('dialog button[type=submit]')?.textContent
  await choose('ana')
  assert.is(submitText(), t().orders.actions.assign)
  await choose('ben')
  assert.is(submitText(), t().admin.assignAnyway)
  assert.ok(desk.field('dialog')?.textContent?.includes(t().dispatch.unable('Ben')))
  candidates = { vendors: [], offer: null }
  desk.stop()
})

test.run()
