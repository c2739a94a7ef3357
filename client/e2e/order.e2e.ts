import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { Stage } from './stage.ts'

const test = suite<{ stage: Stage }>('one order on every screen')

test.before(async (context) => {
  context.stage = await Stage.open()
})
test.after(({ stage }) => stage.close())

const desk = { width: 1280, height: 800 }
const phone = { width: 360, height: 740 }

/** Counts page loads from here on: after sign-in there must be none. */
function countLoads(page: Page): () => number {
  let loads = 0
  page.on('domcontentloaded', () => loads++)
  return () => loads
}

const shows = (page: Page, id: string, status: OrderStatus) =>
  page.waitForSelector(`[data-order-id="${id}"][data-status="${status}"]`, { timeout: 5_000 })

/** Milliseconds until all of it has come true; fails when that took more than a second. */
async function withinASecond(what: string, ...events: Promise<unknown>[]): Promise<number> {
  const begun = performance.now()
  await Promise.all(events)
  const took = Math.round(performance.now() - begun)
  assert.ok(took < 1_000, `${what}: ${took} ms`)
  return took
}

test('a customer orders, a vendor works it to the end, the admin and mosquitto_sub see every change within a second', async ({
  stage,
}) => {
  const customer = await stage.enter('customer@example.com', phone)
  const vendor = await stage.enter('vendor@example.com', phone)
  const admin = await stage.enter('admin@example.com', desk)
  const printed = await stage.mosquittoSub(await stage.token('admin@example.com'), 'orders/#')
  const loads = [customer, vendor, admin].map(countLoads)
  const timings: Record<string, number> = {}

  await customer.getByRole('button', { name: /^Add/ }).first().click()
  await customer.getByRole('link', { name: 'Order now' }).click()
  await customer.getByLabel('Address').fill('Lindenstraße 9, Berlin')
  await customer.getByLabel('Phone').fill('+49 30 123456')
  const placed = customer.waitForResponse(
    (response) => response.url().endsWith('/api/orders') && response.status() === 201,
  )
  await customer.getByRole('button', { name: /^Place order/ }).click()
  const { id }: Order = await (await placed).json()
  timings.pending = await withinASecond(
    'placed',
    ...[customer, vendor, admin].map((page) => shows(page, id, 'pending')),
  )

  // The offer shows neither where nor who.
  const offer = (await vendor.locator(`[data-order-id="${id}"]`).textContent()) ?? ''
  assert.not.match(offer, /Lindenstra|123456|Okafor/)

  const steps: [string, OrderStatus][] = [
    ['Accept', 'accepted'],
    ['I’m on my way', 'on_the_way'],
    ['Start work', 'in_progress'],
    ['Complete', 'completed'],
  ]
  for (const [button, status] of steps) {
    if (status === 'on_the_way') await vendor.getByRole('link', { name: /^My jobs/ }).click()
    const card = vendor.locator(`[data-order-id="${id}"]`)
    await card.getByRole('button', { name: button, exact: true }).click()
    timings[status] = await withinASecond(status, ...[customer, admin].map((page) => shows(page, id, status)))
  }
  assert.match((await customer.locator(`[data-order-id="${id}"]`).textContent()) ?? '', /Ana Petrova/)

  const body = await getOrder(stage, id)
  const events = printed as Order[]
  assert.equal(
    events.map((event) => [event.id, event.version, event.status]),
    body.history.map((entry, index) => [id, index + 1, entry.status]),
  )
  const { nextStatuses, ...stored } = body
  assert.equal(nextStatuses, [])
  assert.equal(events.at(-1), stored)
  assert.equal(
    loads.map((count) => count()),
    [0, 0, 0],
  )
  console.log(`\n  from click or answer to every screen, ms: ${JSON.stringify(timings)}`)
})

test('a vendor’s break and return are on the admin’s screen at once', async ({ stage }) => {
  const [vendor, admin] = await Promise.all([
    stage.enter('vendor@example.com', phone),
    stage.enter('admin@example.com', desk),
  ])
  await admin.waitForSelector('[data-vendor-id][data-status="online"]')
  await vendor.getByRole('switch').click()
  await withinASecond('break', admin.waitForSelector('[data-vendor-id][data-status="break"]'))
  await vendor.getByRole('switch').click()
  await withinASecond('back', admin.waitForSelector('[data-vendor-id][data-status="online"]'))
})

async function getOrder(stage: Stage, id: string): Promise<Order> {
  const authorization = `Bearer ${await stage.token('admin@example.com')}`
  const response = await fetch(`${stage.url}/api/orders/${id}`, { headers: { authorization } })
  return response.json()
}

test.run()
