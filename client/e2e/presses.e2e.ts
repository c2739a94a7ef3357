import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('presses and moving rows')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const { actions } = dictionaries.en.orders

/** Inserts a box of 200 px above the content: what a banner, a new row or an answer of the server does. */
const shift = (page: Page) =>
  page.evaluate(async () => {
    const box = document.createElement('div')
    box.style.height = '200px'
    document.querySelector('main')?.prepend(box)
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  })

test('a press within 600 ms of a shift does nothing, and a later one, or one by key, works', async ({
  environment,
}) => {
  await environment.placeOrder()
  const page = await environment.signedInPage('vendor@example.com', phone, { pressAgain: false })
  const decline = page.getByRole('button', { name: dictionaries.en.dispatch.declineWithReason, exact: true })
  await decline.waitFor()
  // For its first second a page moves by itself.
  const openedAt = await page.evaluate(() => performance.now())
  await page.waitForFunction((at) => performance.now() > at + 1_000, openedAt)
  const dialogs = () => page.locator('dialog').count()

  await shift(page)
  const box = await decline.boundingBox()
  assert.ok(box)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.click(x, y)
  assert.is(await dialogs(), 0, 'the button has moved under the pointer')

  await shift(page)
  await decline.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await shift(page)
  const shiftedAt = await page.evaluate(() => performance.now())
  await page.waitForFunction((at) => performance.now() > at + 600, shiftedAt)
  await decline.click()
  await page.getByRole('dialog').waitFor()
  await page.context().close()
})

test('on a touch screen a new offer waits behind a button, and the offers below do not move', async ({
  environment,
}) => {
  const first = await environment.placeOrder()
  const page = await environment.signedInPage('vendor@example.com', phone, { touch: true })
  const card = page.locator(`[data-order-id="${first}"]`)
  await card.waitFor()
  const before = await card.boundingBox()
  const second = await environment.placeOrder()
  const waiting = page.getByRole('button', { name: dictionaries.en.components.newRows(1) })
  await waiting.waitFor()
  assert.equal(await card.boundingBox(), before)
  assert.is(await page.locator(`[data-order-id="${second}"]`).count(), 0)
  await waiting.tap()
  await page.locator(`[data-order-id="${second}"]`).waitFor()
  await page.context().close()
})

test('the order just accepted comes into view among many jobs', async ({ environment }) => {
  const vendor = await environment.apiClient('vendor@example.com')
  for (let jobs = 0; jobs < 4; jobs++) await setStatus(vendor, { id: await environment.placeOrder() }, 'accepted')
  const last = await environment.placeOrder()
  const page = await environment.signedInPage('vendor@example.com', phone)
  await page.locator(`[data-order-id="${last}"]`).getByRole('button', { name: actions.accept, exact: true }).click()
  await page.waitForURL(/\/jobs/)
  await page.waitForFunction((id) => {
    const box = document.querySelector(`[data-order-id="${id}"][data-status="accepted"]`)?.getBoundingClientRect()
    return box !== undefined && box.top >= 0 && box.top < innerHeight / 2
  }, last)
  await page.context().close()
})

test.run()
