import { closePage } from '../../testing/dom.ts'
import { signal } from '@preact/signals'
import { act, cleanup, fireEvent, render } from '@testing-library/preact'
import { LocationProvider } from 'preact-iso/router'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import type { VendorStatus, VendorStatusEvent } from '#shared/presence.ts'
import { en } from '../../i18n/en.ts'
import { WorkspaceContext } from '../../components/workspace-context.ts'
import { ApiError } from '../../models/session/api-error.ts'
import type { Api } from '../../live/api.ts'
import { dismissNotice, notices } from '../../models/ui/notices.ts'
import type { LiveState } from '../../live/live.ts'
import { VendorModel } from '../../models/vendor/vendor.ts'
import { createWorkspace } from '../../models/workspace.ts'
import { anOrder, at, gone, settled } from '../../testing/orders.ts'
import { VendorContext } from './context.ts'
import { JobsPage } from './jobs.tsx'
import { OffersPage } from './offers.tsx'

const me = { id: 'ana', name: 'Ana', email: 'ana@example.com', role: 'vendor', active: true, createdAt: at(0) } as const
const vendor = { id: me.id, name: me.name }
const admin = { id: 'ada', name: 'Ada', role: 'admin' } as const
const unused = () => Promise.reject(new Error('not in this test'))

test.before.each(() => localStorage.clear())
test.after.each(() => {
  cleanup()
  notices.peek().forEach(({ id }) => dismissNotice(id))
})
test.after(closePage)

/** A job, with the changes that led to it after it was placed. */
const job = (id: string, ...changes: Partial<Order['history'][number]>[]): Order => {
  const placed = anOrder({ id })
  const added = changes.map(
    (change, n) => ({ status: 'accepted', at: at(n), by: admin, note: null, ...change }) as const,
  )
  const status = added.at(-1)?.status ?? 'pending'
  return { ...placed, status, version: added.length + 1, vendor, history: [...placed.history, ...added] }
}
const accepted = { by: { ...vendor, role: 'vendor' } } as const
const cancelled = { status: 'cancelled', note: 'The customer called' } as const

const presenceOf = (status: VendorStatus, minute: number): ReadonlyMap<string, VendorStatusEvent> =>
  new Map([[me.id, { vendorId: me.id, name: me.name, status, at: at(minute) }]])

/** Opens a page of Ana's, whose server lists `jobs`, has the single orders `known`, and no offers. */
async function open(Page: () => preact.JSX.Element, jobs: readonly Order[], known: Record<string, Order> = {}) {
  const lists = { nextCursor: null, syncCursor: 'c', currency: 'USD', services: [] }
  const api: Api = {
    async get(path, schema) {
      const [, id] = /^\/orders\/(\w+)$/.exec(path) ?? []
      if (id === undefined) return schema.parse({ ...lists, orders: path.includes('pending') ? [] : jobs })
      if (!known[id]) throw new ApiError('not_found', 404, '')
      return schema.parse(known[id])
    },
    post: unused,
    patch: unused,
    put: unused,
    remove: unused,
  }
  const created = createWorkspace({ me, api, token: signal(null), renew: unused, transport: unused, url: '' })
  const phase = signal<LiveState>({ phase: 'live' })
  const presence = signal(presenceOf('online', 0))
  const workspace = { ...created, presence, live: { ...created.live, state: phase } }
  const model = new VendorModel(workspace)
  await settled()
  const { container, unmount } = render(
    <LocationProvider>
      <WorkspaceContext.Provider value={workspace}>
        <VendorContext.Provider value={model}>
          <Page />
        </VendorContext.Provider>
      </WorkspaceContext.Provider>
    </LocationProvider>,
  )
  await act(settled)
  const rows = () => [...container.querySelectorAll('[data-order-id], [data-change-of]')]
  return {
    container,
    phase,
    presence,
    apply: (event: Parameters<typeof workspace.orders.apply>[0]) => act(() => void workspace.orders.apply(event)),
    rows: () =>
      rows().map((row) => row.getAttribute('data-order-id') ?? `line of ${row.getAttribute('data-change-of')}`),
    text: () => container.textContent ?? '',
    button: (name: string) =>
      [...container.querySelectorAll('button')].find(
        (button) => (button.getAttribute('aria-label') ?? button.textContent) === name,
      ),
    close() {
      model[Symbol.dispose]()
      unmount()
    },
  }
}

test('a job that another person takes away leaves a line in its place, with the reason, across a reload', async () => {
  const jobs = ['a', 'b', 'c'].map((id) => job(id, accepted))
  const page = await open(JobsPage, jobs)
  assert.equal(page.rows(), ['a', 'b', 'c'])
  await page.apply(job('b', accepted, cancelled))
  await page.apply(gone('c', 3))
  assert.equal(page.rows(), ['a', 'line of b', 'line of c'])
  assert.match(page.text(), /Cancelled.*The customer called.*N-b.*Ada, admin/)
  assert.match(page.text(), /Given to another vendor/)
  assert.is(page.button(en.orders.actions.accept), undefined)
  page.close()

  const reloaded = await open(JobsPage, [job('a', accepted)])
  assert.equal(reloaded.rows(), ['a', 'line of b', 'line of c'])
  fireEvent.click(reloaded.button(en.vendor.markRead('N-b'))!)
  assert.is(document.activeElement?.getAttribute('data-change-of'), 'c', 'the focus moves to the next row')
  await act(settled)
  assert.equal(reloaded.rows(), ['a', 'line of c'])
  reloaded.close()
})

test('while the pointer is in the list, a card that was taken away stays and offers nothing', async () => {
  const page = await open(JobsPage, [job('a', accepted), job('b', accepted)])
  fireEvent.pointerMove(page.container.querySelector('ul')!)
  await page.apply({ ...job('a', accepted, { status: 'pending', note: 'Wrong van' }), vendor: null })
  assert.equal(page.rows(), ['a', 'b'])
  assert.match(page.text(), /Taken back by our team/)
  assert.is(page.button(en.orders.actions.accept), undefined, 'it is an offer again, but not on this page')
  fireEvent.pointerLeave(page.container.querySelector('ul')!.parentElement!)
  await act(settled)
  assert.equal(page.rows(), ['line of a', 'b'])
  page.close()
})

test('what was done while the page was closed is above the offers', async () => {
  const first = await open(JobsPage, [job('a', accepted), job('b', accepted)])
  first.close()
  const assigned = { assigned: vendor } as const
  const page = await open(OffersPage, [job('c', assigned)], { a: job('a', accepted, cancelled) })
  assert.equal(page.rows(), ['line of a', 'line of b', 'line of c'])
  assert.match(page.text(), /The customer called/)
  assert.match(page.text(), /No longer with you/)
  assert.match(page.text(), /NewAssigned to you by Ada/)
  page.close()
})

test('a break outlasts the connection: offers are not shown as acceptable without one', async () => {
  const page = await open(OffersPage, [])
  await page.apply(anOrder({ id: 'o' }))
  assert.is(page.button(en.orders.actions.accept)?.disabled, false)
  await act(() => void (page.presence.value = presenceOf('break', 1)))
  assert.is(page.button(en.orders.actions.accept), undefined)
  await act(() => void (page.phase.value = { phase: 'offline', since: 0 }))
  assert.is(page.button(en.orders.actions.accept), undefined)
  page.close()
})

test.run()
