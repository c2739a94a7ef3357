import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries, containing, type Language } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('an order on all pages')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const desk = { width: 1280, height: 800 }
const phone = { width: 360, height: 740 }

/** Counts page loads from now on: after the sign-in there must be none. */
function countLoads(page: Page): () => number {
  let loads = 0
  page.on('domcontentloaded', () => loads++)
  return () => loads
}

const waitForStatus = (page: Page, id: string, status: OrderStatus) =>
  page.waitForSelector(`[data-order-id="${id}"][data-status="${status}"]`, { timeout: 5_000 })

/** Resolves to the milliseconds until all promises are fulfilled. Fails when that took more than a second. */
async function withinASecond(what: string, ...events: Promise<unknown>[]): Promise<number> {
  const begun = performance.now()
  await Promise.all(events)
  const took = Math.round(performance.now() - begun)
  assert.ok(took < 1_000, `${what}: ${took} ms`)
  return took
}

/** From the order to its completion on the pages of all three roles, with the buttons of `language`. */
async function orderToCompletion(environment: TestEnvironment, language: Language) {
  const texts = dictionaries[language]
  const { actions } = texts.orders
  const customer = await environment.signedInPage('customer@example.com', phone, { language })
  const vendor = await environment.signedInPage('vendor@example.com', phone, { language })
  const admin = await environment.signedInPage('admin@example.com', desk, { language })
  assert.is(await customer.locator('html').getAttribute('lang'), language)
  const printed = await environment.mosquittoSub(await environment.token('admin@example.com'), 'orders/#')
  const loads = [customer, vendor, admin].map(countLoads)
  const timings: Record<string, number> = {}

  await customer.locator('main li').first().getByRole('button').click()
  await customer.getByRole('link', { name: texts.customer.orderNow }).click()
  await customer.getByLabel(texts.common.address).fill('Lindenstraße 9, Berlin')
  await customer.getByLabel(texts.common.phone).fill('+49 30 123456')
  const placed = customer.waitForResponse(
    (response) => response.url().endsWith('/api/orders') && response.status() === 201,
  )
  await customer.getByRole('button', { name: containing(texts.customer.place('')) }).click()
  const { id }: Order = await (await placed).json()
  timings.pending = await withinASecond(
    'placed',
    ...[customer, vendor, admin].map((page) => waitForStatus(page, id, 'pending')),
  )

  // The offer shows neither the address nor the customer.
  const offer = (await vendor.locator(`[data-order-id="${id}"]`).textContent()) ?? ''
  assert.not.match(offer, /Lindenstra|123456|Okafor/)

  const transitions: [string, OrderStatus][] = [
    [actions.accept, 'accepted'],
    [actions.set_off, 'on_the_way'],
    [actions.start_work, 'in_progress'],
    [actions.complete, 'completed'],
  ]
  for (const [button, status] of transitions) {
    if (status === 'on_the_way') await vendor.getByRole('link', { name: containing(texts.nav.jobs) }).click()
    const card = vendor.locator(`[data-order-id="${id}"]`)
    await card.getByRole('button', { name: button, exact: true }).click()
    timings[status] = await withinASecond(status, ...[customer, admin].map((page) => waitForStatus(page, id, status)))
  }
  assert.match((await customer.locator(`[data-order-id="${id}"]`).textContent()) ?? '', /Ana Petrova/)

  const events = printed as Order[]
  const body = await getOrder(environment, id)
  assert.equal(
    events.map((event) => [event.id, event.version, event.status]),
    body.history.map((entry, index) => [id, index + 1, entry.status]),
  )
  const { nextStatuses, ...stored } = body
  assert.equal(nextStatuses, ['in_progress'], 'an admin may reopen it')
  assert.equal(events.at(-1), stored)
  assert.equal(
    loads.map((count) => count()),
    [0, 0, 0],
  )
  console.log(`\n  ${language}: ms from click or response to all pages: ${JSON.stringify(timings)}`)
  await Promise.all([customer, vendor, admin].map((page) => page.context().close()))
}

test('a customer orders, a vendor completes the order, the admin and mosquitto_sub see every change within a second', ({
  environment,
}) => orderToCompletion(environment, 'en'))

test('the same in German', ({ environment }) => orderToCompletion(environment, 'de'))

test('a language chosen on the sign-in page is shown at once and stays after a reload', async ({ environment }) => {
  const page = await environment.newPage(phone)
  await page.goto(environment.url)
  await page.getByLabel(dictionaries.en.common.language).selectOption('de')
  await page.getByRole('button', { name: dictionaries.de.common.signIn }).waitFor()
  assert.is(await page.locator('html').getAttribute('lang'), 'de')
  await page.reload()
  await page.getByRole('button', { name: dictionaries.de.common.signIn }).waitFor()
  await page.getByLabel(dictionaries.de.common.language).selectOption('en')
  await page.getByRole('button', { name: dictionaries.en.common.signIn }).waitFor()
  await page.context().close()
})

test('the admin’s page shows the break of a vendor and its end at once', async ({ environment }) => {
  const [vendor, admin] = await Promise.all([
    environment.signedInPage('vendor@example.com', phone),
    environment.signedInPage('admin@example.com', desk),
  ])
  await admin.waitForSelector('[data-vendor-id][data-status="online"]')
  await vendor.getByRole('switch').click()
  await withinASecond('break', admin.waitForSelector('[data-vendor-id][data-status="break"]'))
  await vendor.getByRole('switch').click()
  await withinASecond('back', admin.waitForSelector('[data-vendor-id][data-status="online"]'))
})

async function getOrder(environment: TestEnvironment, id: string): Promise<Order> {
  const authorization = `Bearer ${await environment.token('admin@example.com')}`
  const response = await fetch(`${environment.url}/api/orders/${id}`, { headers: { authorization } })
  return response.json()
}

test.run()
