import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'
import { Order } from '#shared/orders.ts'

const test = suite<{ environment: TestEnvironment }>('everything can be read')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const texts = dictionaries.en
const phone = { width: 360, height: 740 }
const lines = Array.from({ length: 30 }, (_, n) => `Line ${n + 1} of the note`)
const address = '14 Harbour Lane, back building, fourth floor, the door beside the lift, Bristol'

/** An order with a long note. */
async function placeLongOrder(environment: TestEnvironment): Promise<Order> {
  const customer = await environment.apiClient('customer@example.com')
  const { items } = await customer.get(`/orders/${await environment.placeOrder()}`, Order)
  return customer.post('/orders', Order, {
    items: items.map(({ serviceId, quantity }) => ({ serviceId, quantity })),
    contact: { phone: '+44 117 496 0123', address, area: 'Redcliffe' },
    notes: lines.join('\n'),
  })
}

/** Navigates within the page. */
const go = (page: Page, path: string) =>
  page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)

const titleOf = (page: Page, title: string) => page.waitForFunction((wanted) => document.title === wanted, title)

/** Resolves when the text is on the screen: not hidden, and not cut off by its own box. */
async function whole(page: Page, text: string): Promise<void> {
  const element = await page.getByText(text, { exact: false }).last().elementHandle()
  await page.waitForFunction(
    (one) => one !== null && one.scrollHeight <= one.clientHeight + 1 && one.checkVisibility(),
    element,
  )
}

test('a vendor opens an offer, a job and a finished job from their cards, and reads all of each', async ({
  environment,
}) => {
  const order = await placeLongOrder(environment)
  const vendor = await environment.apiClient('vendor@example.com')
  const page = await environment.signedInPage('vendor@example.com', phone)
  const card = page.locator(`[data-order-id="${order.id}"]`)

  await card.getByText('Redcliffe').waitFor()
  await card.getByRole('button', { name: texts.components.showAll }).click()
  await whole(page, 'Line 30 of the note')
  await card.getByRole('link', { name: order.number }).click()
  await page.getByRole('heading', { name: texts.common.history }).waitFor()
  await titleOf(page, `(2) ${order.number} · Callout`)
  await whole(page, 'Line 30 of the note')
  assert.not.match((await page.locator('main').textContent()) ?? '', /Harbour|496 0123|Okafor/)

  await page.getByRole('button', { name: texts.orders.actions.accept, exact: true }).click()
  await page.waitForURL(/\/jobs/)
  await card.getByRole('link', { name: order.number }).click()
  await page.getByRole('heading', { name: texts.common.history }).waitFor()
  await page.getByText(address).waitFor()
  await whole(page, address)

  for (const status of ['on_the_way', 'in_progress'] as const) await setStatus(vendor, order, status)
  await setStatus(vendor, order, 'completed', { note: 'The valve is new.\nKeep the old one for the warranty.' })
  await go(page, '/finished')
  await page.getByRole('link', { name: order.number }).click()
  await page.getByText('Keep the old one for the warranty.').waitFor()
  await page.context().close()

  const customer = await environment.signedInPage('customer@example.com', phone)
  await go(customer, `/orders/${order.id}`)
  const note = customer.getByRole('region', { name: texts.customer.noteOf('Ana Petrova') })
  assert.match((await note.textContent()) ?? '', /Keep the old one/)
  await customer.getByText(texts.common.history, { exact: true }).click()
  await customer.getByText(texts.orders.history.set_off).waitFor()
  await customer.context().close()
})

test('an open order prints as a work sheet for each role', async ({ environment }) => {
  const order = await placeLongOrder(environment)
  await setStatus(await environment.apiClient('vendor@example.com'), order, 'accepted')
  for (const role of ['customer', 'vendor', 'admin']) {
    const page = await environment.signedInPage(`${role}@example.com`, { width: 1280, height: 800 })
    await go(page, `/orders/${order.id}`)
    const sheet = page.locator('[data-work-sheet]')
    await sheet.getByText(order.number).first().waitFor()
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    const visible = await page.evaluate(() => document.body.innerText)
    for (const fact of [
      order.number,
      address,
      '+44 117 496 0123',
      'Redcliffe',
      'Line 30',
      texts.common.total,
      'Accepted',
    ]) {
      assert.ok(visible.includes(fact), `${role}: ${fact}`)
    }
    assert.is(await page.locator('header:visible nav, button:visible, [role=grid]:visible').count(), 0, role)
    await page.context().close()
  }
})

test('each page has its title, and an unknown address says so', async ({ environment }) => {
  const order = await placeLongOrder(environment)
  const { nav, common, components } = texts
  const titles: Record<string, [string, string][]> = {
    customer: [
      ['/orders', nav.myOrders],
      [`/orders/${order.id}`, order.number],
      ['/checkout', texts.customer.yourOrder],
      ['/', common.services],
    ],
    vendor: [
      ['/jobs', nav.jobs],
      ['/finished', nav.finished],
      ['/devices', nav.devices],
      [`/orders/${order.id}`, order.number],
      ['/', nav.offers],
    ],
    admin: [
      ['/users', common.people],
      ['/services', common.services],
      [`/?order=${order.id}`, order.number],
      ['/', nav.orders],
    ],
  }
  for (const [role, pages] of Object.entries(titles)) {
    const page = await environment.signedInPage(`${role}@example.com`, phone)
    for (const [path, title] of [...pages, ['/no/such/page', components.noSuchPage] as const]) {
      await go(page, path)
      await page.waitForFunction((wanted) => document.title.replace(/^\(\d+\) /, '') === wanted, `${title} · Callout`)
    }
    await page.getByText(components.noSuchPageHelp).waitFor()
    assert.is(new URL(page.url()).pathname, '/no/such/page')
    await page.getByRole('link', { name: components.toStart }).click()
    await page.waitForURL(`${environment.url}/`)
    await page.context().close()
  }
})

test('/favicon.ico is an icon', async ({ environment }) => {
  const response = await fetch(`${environment.url}/favicon.ico`)
  assert.match(response.headers.get('content-type') ?? '', /^image\//)
  assert.equal([...new Uint8Array(await response.arrayBuffer()).slice(0, 4)], [0, 0, 1, 0])
})

test.run()
