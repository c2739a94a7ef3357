import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Order, OrderList } from '#shared/orders.ts'
import { placeOrder, setStatus, type ApiClient } from './api.ts'
import { TestEnvironment } from './environment.ts'

const test = suite<{ environment: TestEnvironment }>('pages without a network')

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }
/** Of an access token, in seconds: it expires while a page is offline. */
const lifetime = 20

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ ACCESS_TOKEN_TTL: `${lifetime}s`, RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

/** Records page loads and uncaught errors from now on. */
async function watch(page: Page) {
  let loads = 0
  page.on('domcontentloaded', () => loads++)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  return { page, loads: () => loads, problems }
}

const liveText = (page: Page) => page.locator('header [role=status]').innerText()

/** The orders on a page as `id status`, duplicates included. */
const shownOrders = (page: Page, within = '') =>
  page
    .locator(`${within} [data-order-id]:not([data-leaving])`)
    .evaluateAll((rows) => rows.map((row) => `${row.getAttribute('data-order-id')} ${row.getAttribute('data-status')}`))

/** Differences between the rows of a page and the server's list. The page must show at least the `least` newest. */
function differences(rows: readonly string[], list: readonly string[], least: number): string[] {
  return [
    ...rows.filter((row, n) => rows.indexOf(row) !== n).map((row) => `twice: ${row}`),
    ...rows.filter((row) => !list.includes(row)).map((row) => `outdated: ${row}`),
    ...list
      .slice(0, least)
      .filter((row) => !rows.includes(row))
      .map((row) => `missing: ${row}`),
  ]
}

/** Waits until a page matches the server's list. Resolves to the time that took, in ms. */
async function untilMatching(page: Page, within: string, list: readonly string[], least: number, timeout: number) {
  const begun = performance.now()
  for (;;) {
    const problems = differences(await shownOrders(page, within), list, least)
    const took = Math.round(performance.now() - begun)
    if (problems.length === 0) return took
    if (took > timeout) assert.equal(problems, [])
    await sleep(20)
  }
}

/** The server's list for one person, newest first. */
const serverList = async (person: ApiClient, query: string): Promise<string[]> =>
  (await person.get(`/orders?limit=200&${query}`, OrderList)).orders.map(({ id, status }) => `${id} ${status}`)

/** Makes 100 changes on 25 orders: some are completed, some cancelled, some released. */
async function hundredChanges(customer: ApiClient, vendor: ApiClient, seconds: number): Promise<number> {
  const works: (() => Promise<unknown>)[] = []
  for (let n = 0; n < 25; n++) {
    let order: Order
    const step =
      (...[status, more]: [Parameters<typeof setStatus>[2], object?]) =>
      () =>
        setStatus(vendor, order, status, more)
    works.push(async () => (order = await placeOrder(customer)), step('accepted'))
    if (n % 5 === 0) works.push(() => setStatus(customer, order, 'cancelled', { reason: 'No longer needed' }))
    else if (n % 5 === 1) works.push(step('pending', { reason: 'Ill' }), step('accepted'), step('on_the_way'))
    else works.push(step('on_the_way'), step('in_progress'))
    if (n % 5 === 2) works.push(step('completed'))
  }
  const changes = works.slice(0, 100)
  for (const change of changes) {
    await change()
    await sleep((seconds * 1000) / changes.length)
  }
  return changes.length
}

async function openPagesOfAllRoles(environment: TestEnvironment) {
  const [admin, vendor, customer] = [
    await environment.signedInPage('admin@example.com', desk),
    await environment.signedInPage('vendor@example.com', phone),
    await environment.signedInPage('customer@example.com', phone),
  ]
  await vendor.getByRole('link', { name: /^My jobs/ }).click()
  // Newest first, as the server's list; the table renders its first hundred rows.
  await admin.goto(`${environment.url}/?sort=-when`)
  await admin.waitForSelector('html[data-live="live"]')
  await customer.goto(`${environment.url}/orders`)
  await customer.waitForSelector('html[data-live="live"]')
  return Promise.all([admin, vendor, customer].map(watch))
}

/** Waits until each page matches the server's list of its person. */
async function untilAllMatching(
  environment: TestEnvironment,
  pages: Awaited<ReturnType<typeof openPagesOfAllRoles>>,
  timeout: number,
) {
  const [admin, vendor, customer] = await Promise.all(
    ['admin', 'vendor', 'customer'].map((name) => environment.apiClient(`${name}@example.com`)),
  )
  const lists = [
    [admin!, 'tbody', '', 50],
    [vendor!, 'main', 'status=accepted&status=on_the_way&status=in_progress', 200],
    [customer!, 'main', '', 20],
  ] as const
  return Promise.all(
    lists.map(async ([person, within, query, least], n) =>
      untilMatching(pages[n]!.page, within, await serverList(person, query), least, timeout),
    ),
  )
}

test('the network fails for a minute with a hundred changes: pages show it and are right within 3 s of its return', async ({
  environment,
}) => {
  const pages = await openPagesOfAllRoles(environment)
  const [customer, vendor] = await Promise.all([
    environment.apiClient('customer@example.com'),
    environment.apiClient('vendor@example.com'),
  ])
  await environment.network.off()
  for (const { page } of pages) await page.waitForSelector('html[data-live="offline"]', { timeout: 1_000 })
  let over = false
  const looks = (async () => {
    let count = 0
    while (!over) {
      for (const { page } of pages) assert.match(await liveText(page), /^Offline since \d/)
      count++
      await sleep(500)
    }
    return count
  })()
  // A token expires after 20 s.
  const changes = await hundredChanges(customer, vendor, 15)
  await sleep(45_000)
  over = true
  const looked = await looks
  await environment.network.on()
  const took = await untilAllMatching(environment, pages, 3_000)
  for (const { page } of pages) await page.waitForSelector('html[data-live="live"]', { timeout: 3_000 })
  console.log(
    `\nfigures network gone for a minute: ${changes} changes, ${looked} looks at each page meanwhile; right after ms: ${took.join(', ')}`,
  )
  for (const { loads, problems } of pages) assert.equal([loads(), problems], [0, []])
  await Promise.all(pages.map(({ page }) => page.context().close()))
})

test('the server restarts while tokens expire: pages are right within 3 s without a new sign-in', async ({
  environment,
}) => {
  const pages = await openPagesOfAllRoles(environment)
  const people = () => Promise.all(['customer', 'vendor'].map((name) => environment.apiClient(`${name}@example.com`)))
  await environment.network.off()
  const [customer, vendor] = await people()
  await hundredChanges(customer!, vendor!, 5)
  await environment.stopServer()
  for (const { page } of pages) assert.match(await liveText(page), /^Offline since \d/)
  await sleep((lifetime + 2) * 1_000)
  await environment.startServer()
  await environment.network.on()
  const took = await untilAllMatching(environment, pages, 3_000)
  console.log(`\nfigures server restarted, tokens run out: right after ms: ${took.join(', ')}`)
  for (const { loads, problems } of pages) assert.equal([loads(), problems], [0, []])
  await Promise.all(pages.map(({ page }) => page.context().close()))
})

/** Number of jobs that this browser stores under `key`. */
const storedJobs = (page: Page, key: string): Promise<number> =>
  page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('callout')
        opening.addEventListener('error', reject)
        opening.addEventListener('success', () => {
          const reading = opening.result.transaction('kept').objectStore('kept').get(name)
          reading.addEventListener('success', () => {
            opening.result.close()
            resolve(reading.result?.length ?? 0)
          })
        })
      }),
    key,
  )

async function until(holds: () => Promise<boolean>) {
  const end = performance.now() + 3_000
  while (!(await holds())) {
    if (performance.now() > end) assert.unreachable('the condition did not become true')
    await sleep(20)
  }
}

/** Flight mode: the browser reports that it is offline, and the proxy is off. */
async function flightMode(environment: TestEnvironment, page: Page, on: boolean) {
  await (on ? environment.network.off() : environment.network.on())
  await page.context().setOffline(on)
}

test('a vendor in flight mode makes three changes and reloads: on return each is applied once, in order, with its time', async ({
  environment,
}) => {
  const [customer, vendor] = await Promise.all([
    environment.apiClient('customer@example.com'),
    environment.apiClient('vendor@example.com'),
  ])
  const order = await placeOrder(customer)
  await setStatus(vendor, order, 'accepted')
  const page = await environment.signedInPage('vendor@example.com', phone)
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await page.getByRole('link', { name: /^My jobs/ }).click()
  const card = page.locator(`[data-order-id="${order.id}"]`)
  await card.waitFor()

  await flightMode(environment, page, true)
  const taken: number[] = []
  for (const [button, status] of [
    ['I’m on my way', 'on_the_way'],
    ['Start work', 'in_progress'],
    ['Complete', 'completed'],
  ] as const) {
    await card.getByRole('button', { name: button, exact: true }).click()
    taken.push(Date.now())
    if (status !== 'completed') await page.waitForSelector(`[data-order-id="${order.id}"][data-status="${status}"]`)
    await sleep(1_500)
  }
  await page.reload()
  await page.waitForSelector('html[data-live="offline"]')
  await page.getByText('sends the 3 steps you took meanwhile').waitFor()
  const untouched = await vendor.get(`/orders/${order.id}`, Order)
  assert.is(untouched.status, 'accepted')

  const begun = performance.now()
  await flightMode(environment, page, false)
  let done = untouched
  while (done.status !== 'completed' && performance.now() - begun < 5_000) {
    done = await (await environment.apiClient('vendor@example.com')).get(`/orders/${order.id}`, Order)
    await sleep(20)
  }
  const took = Math.round(performance.now() - begun)
  await page.waitForSelector('html[data-live="live"]')
  const steps = done.history.slice(2)
  assert.equal(
    steps.map(({ status }) => status),
    ['on_the_way', 'in_progress', 'completed'],
  )
  assert.is(done.version, 5, 'each once')
  const off = steps.map(({ at }, n) => Math.abs(Date.parse(at) - (taken[n] ?? 0)))
  assert.ok(
    off.every((milliseconds) => milliseconds < 500),
    `with their own times: off by ${off.join(', ')} ms`,
  )
  for (const { at, recordedAt } of steps) assert.ok(recordedAt && recordedAt > at)
  await page.getByText('sends the 3 steps').waitFor({ state: 'detached' })

  // The sign-out deletes addresses and phone numbers from this device.
  const next = await placeOrder(await environment.apiClient('customer@example.com'))
  await setStatus(await environment.apiClient('vendor@example.com'), next, 'accepted')
  const key = `jobs.${vendor.user.id}`
  await until(async () => (await storedJobs(page, key)) > 0)
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await until(async () => (await storedJobs(page, key)) === 0)
  console.log(`\nfigures flight mode: applied ${took} ms after the return; times off by ms: ${off.join(', ')}`)
})

test('a change by another person in the meantime is shown as a conflict and not overwritten', async ({
  environment,
}) => {
  const customer = await environment.apiClient('customer@example.com')
  const order = await placeOrder(customer)
  await setStatus(await environment.apiClient('vendor@example.com'), order, 'accepted')
  const page = await environment.signedInPage('vendor@example.com', phone)
  await page.getByRole('link', { name: /^My jobs/ }).click()
  const card = page.locator(`[data-order-id="${order.id}"]`)
  await card.waitFor()
  await flightMode(environment, page, true)
  await card.getByRole('button', { name: 'I’m on my way' }).click()
  await card.getByText('Waits to be sent').waitFor()
  await setStatus(customer, order, 'cancelled', { reason: 'No longer needed' })
  await flightMode(environment, page, false)
  const conflict = page.getByRole('alert').filter({ hasText: order.number })
  await conflict.waitFor()
  assert.match(await conflict.innerText(), /changed while you were away[\s\S]*I’m on my way/)
  assert.is((await customer.get(`/orders/${order.id}`, Order)).status, 'cancelled')
  // It stays after a reload until it is dismissed.
  await page.reload()
  await page.getByRole('link', { name: /^My jobs/ }).click()
  await conflict.waitFor()
  await conflict.getByRole('button').click()
  await conflict.waitFor({ state: 'detached' })
  await page.context().close()
})

test('a waiting change is sent only as its vendor: the vendor signs out, a customer signs in and out, the vendor returns', async ({
  environment,
}) => {
  const customer = await environment.apiClient('customer@example.com')
  const order = await placeOrder(customer)
  await setStatus(await environment.apiClient('vendor@example.com'), order, 'accepted')
  const page = await environment.signedInPage('vendor@example.com', phone)
  await page.getByRole('link', { name: /^My jobs/ }).click()
  const card = page.locator(`[data-order-id="${order.id}"]`)
  await flightMode(environment, page, true)
  await card.getByRole('button', { name: 'I’m on my way' }).click()
  await card.getByText('Waits to be sent').waitFor()
  const signOut = async () => {
    await page.getByRole('button', { name: /^Account/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail').waitFor()
  }
  await signOut()
  await flightMode(environment, page, false)
  await environment.signIn(page, 'customer@example.com')
  // Longer than any retry would have waited.
  await sleep(6_000)
  const seen = await (await environment.apiClient('customer@example.com')).get(`/orders/${order.id}`, Order)
  assert.is(seen.status, 'accepted')
  await signOut()
  await environment.signIn(page, 'vendor@example.com')
  await until(async () => {
    const now = await (await environment.apiClient('customer@example.com')).get(`/orders/${order.id}`, Order)
    return now.status === 'on_the_way' && now.history.at(-1)?.by.role === 'vendor'
  })
  await page.context().close()
})

test.run()
