import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Order, OrderList } from '#shared/orders.ts'
import { placeOrder, setStatus, type ApiClient } from './api.ts'
import { TestEnvironment } from './environment.ts'

const test = suite<{ environment: TestEnvironment }>('a page without its network')

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }
/** Of an access token: it runs out while a page is away. */
const lifetime = 20

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ ACCESS_TOKEN_TTL: `${lifetime}s`, RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

/** What a page says of itself from here on, and how often it was loaded. */
async function watch(page: Page) {
  let loads = 0
  page.on('domcontentloaded', () => loads++)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  return { page, loads: () => loads, problems }
}

const says = (page: Page) => page.locator('header [role=status]').innerText()

/** The orders a page shows: `id status`, as often as they are there. */
const shown = (page: Page, within = '') =>
  page
    .locator(`${within} [data-order-id]:not([data-leaving])`)
    .evaluateAll((rows) => rows.map((row) => `${row.getAttribute('data-order-id')} ${row.getAttribute('data-status')}`))

/** What is wrong with the rows of a page that has read the list down to the `least` newest at the least. */
function wrong(rows: readonly string[], list: readonly string[], least: number): string[] {
  return [
    ...rows.filter((row, n) => rows.indexOf(row) !== n).map((row) => `twice: ${row}`),
    ...rows.filter((row) => !list.includes(row)).map((row) => `not so: ${row}`),
    ...list
      .slice(0, least)
      .filter((row) => !rows.includes(row))
      .map((row) => `missing: ${row}`),
  ]
}

/** Waits until a page shows what is; resolves to how long that took, in ms. */
async function untilRight(page: Page, within: string, list: readonly string[], least: number, patience: number) {
  const begun = performance.now()
  for (;;) {
    const problems = wrong(await shown(page, within), list, least)
    const took = Math.round(performance.now() - begun)
    if (problems.length === 0) return took
    if (took > patience) assert.equal(problems, [])
    await sleep(20)
  }
}

/** A person's list as the server has it, newest first. */
const asItIs = async (person: ApiClient, query: string): Promise<string[]> =>
  (await person.get(`/orders?limit=200&${query}`, OrderList)).orders.map(({ id, status }) => `${id} ${status}`)

/** 100 changes: 25 orders placed and worked, some to the end, some cancelled, some released. */
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

async function everybody(environment: TestEnvironment) {
  const [admin, vendor, customer] = [
    await environment.signedInPage('admin@example.com', desk),
    await environment.signedInPage('vendor@example.com', phone),
    await environment.signedInPage('customer@example.com', phone),
  ]
  await vendor.getByRole('link', { name: /^My jobs/ }).click()
  await customer.goto(`${environment.url}/orders`)
  await customer.waitForSelector('html[data-live="live"]')
  return Promise.all([admin, vendor, customer].map(watch))
}

/** Waits until each page shows what its person's list is at the server. */
async function untilAllRight(
  environment: TestEnvironment,
  pages: Awaited<ReturnType<typeof everybody>>,
  patience: number,
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
      untilRight(pages[n]!.page, within, await asItIs(person, query), least, patience),
    ),
  )
}

test('the network is gone for a minute, and a hundred changes pass: the pages say so, and are right within 3 s of its return', async ({
  environment,
}) => {
  const pages = await everybody(environment)
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
      for (const { page } of pages) assert.match(await says(page), /^Offline since \d/)
      count++
      await sleep(500)
    }
    return count
  })()
  // A token lives 20 s: signed in anew for each part.
  const changes = await hundredChanges(customer, vendor, 15)
  await sleep(45_000)
  over = true
  const looked = await looks
  await environment.network.on()
  const took = await untilAllRight(environment, pages, 3_000)
  for (const { page } of pages) await page.waitForSelector('html[data-live="live"]', { timeout: 3_000 })
  console.log(
    `\nfigures network gone for a minute: ${changes} changes, ${looked} looks at each page meanwhile; right after ms: ${took.join(', ')}`,
  )
  for (const { loads, problems } of pages) assert.equal([loads(), problems], [0, []])
  await Promise.all(pages.map(({ page }) => page.context().close()))
})

test('the server restarts and tokens run out meanwhile: right within 3 s, and nobody has to sign in', async ({
  environment,
}) => {
  const pages = await everybody(environment)
  const people = () => Promise.all(['customer', 'vendor'].map((name) => environment.apiClient(`${name}@example.com`)))
  await environment.network.off()
  const [customer, vendor] = await people()
  await hundredChanges(customer!, vendor!, 5)
  await environment.stopServer()
  for (const { page } of pages) assert.match(await says(page), /^Offline since \d/)
  await sleep((lifetime + 2) * 1_000)
  await environment.startServer()
  await environment.network.on()
  const took = await untilAllRight(environment, pages, 3_000)
  console.log(`\nfigures server restarted, tokens run out: right after ms: ${took.join(', ')}`)
  for (const { loads, problems } of pages) assert.equal([loads(), problems], [0, []])
  await Promise.all(pages.map(({ page }) => page.context().close()))
})

/** How many jobs this browser keeps under `key`. */
const jobsKept = (page: Page, key: string): Promise<number> =>
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
    if (performance.now() > end) assert.unreachable('it did not come about')
    await sleep(20)
  }
}

/** As an aeroplane has it: the browser knows, and nothing gets through. */
async function flightMode(environment: TestEnvironment, page: Page, on: boolean) {
  await (on ? environment.network.off() : environment.network.on())
  await page.context().setOffline(on)
}

test('a vendor in flight mode takes three steps and reloads: on return they are applied once, in order, with their times', async ({
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

  // Addresses and phone numbers stay on this device no longer than its vendor is signed in.
  const next = await placeOrder(await environment.apiClient('customer@example.com'))
  await setStatus(await environment.apiClient('vendor@example.com'), next, 'accepted')
  const key = `jobs.${vendor.user.id}`
  await until(async () => (await jobsKept(page, key)) > 0)
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await until(async () => (await jobsKept(page, key)) === 0)
  console.log(`\nfigures flight mode: applied ${took} ms after the return; times off by ms: ${off.join(', ')}`)
})

test('what was done meanwhile by others is shown as a conflict, and not overwritten', async ({ environment }) => {
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
  // Until it has been read, wherever its reader was meanwhile.
  await page.reload()
  await page.getByRole('link', { name: /^My jobs/ }).click()
  await conflict.waitFor()
  await conflict.getByRole('button').click()
  await conflict.waitFor({ state: 'detached' })
  await page.context().close()
})

test('a step that waits is sent in nobody else’s name: its vendor signs out, a customer comes and goes, the vendor returns', async ({
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
