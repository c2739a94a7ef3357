import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Order } from '#shared/orders.ts'
import { createClockFile, steppedClock, type ClockFile } from '../../scripts/chaos/clock-file.ts'
import { problemsOf } from './accessibility.ts'
import { placeOrder, servicesOf, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment; clock: ClockFile }>('deadlines')

test.before(async (context) => {
  context.clock = createClockFile(join(tmpdir(), `callout-e2e-clock-${process.pid}`))
  context.environment = await TestEnvironment.open({
    NODE_OPTIONS: `--import=${steppedClock}`,
    CLOCK_FILE: context.clock.path,
    ACCESS_TOKEN_TTL: '12h',
  })
})
test.after(async ({ environment, clock }) => {
  await environment.close()
  clock.remove()
})

const { admin: texts, common, notifications } = dictionaries.en
const minute = 60_000

test('an admin sets a deadline, sees the late order under "Needs attention" and in the title, and acknowledges it', async ({
  environment,
  clock,
}) => {
  const page = await environment.signedInPage('admin@example.com', { width: 1280, height: 800 })
  await page.getByRole('link', { name: common.services }).click()
  const [service] = await servicesOf(await environment.apiClient('admin@example.com'))
  const name = service?.name ?? ''
  const edit = () =>
    page
      .getByRole('button', { name: new RegExp(name) })
      .first()
      .click()
  await edit()
  const field = page.getByLabel(texts.deadlines.acceptWithin)
  await field.fill('soon')
  await page.getByRole('button', { name: texts.save, exact: true }).click()
  await page.getByText(texts.writeMinutes).waitFor()
  await field.fill('10')
  assert.equal(await problemsOf(page), [])
  await page.getByRole('button', { name: texts.save, exact: true }).click()
  await page.getByText(texts.serviceSaved).waitFor()
  await edit()
  assert.equal([await field.inputValue(), await page.getByLabel(texts.deadlines.arriveWithin).inputValue()], ['10', ''])
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: dictionaries.en.nav.orders, exact: true }).click()
  const order = await placeOrder(await environment.apiClient('customer@example.com'))
  const lamp = await environment.mosquittoSub(await environment.token('admin@example.com'), 'alerts/#')
  const row = page.locator(`tr[data-order-id="${order.id}"]`)
  await row.waitFor()
  const filter = page.getByRole('button', { name: new RegExp(`^${texts.attention}`) }).first()
  assert.match(await filter.innerText(), /0$/)
  assert.not.match(await page.title(), /^\(/)

  clock.step(10 * minute)
  await page.waitForFunction(() => document.title.startsWith('(1) '), null, { timeout: 10_000 })
  await row.locator('[data-late=true]').waitFor()
  assert.match(await filter.innerText(), /1$/)
  assert.equal(lamp, [
    {
      kind: 'accept',
      orderId: order.id,
      number: order.number,
      since: new Date(Date.parse(order.createdAt) + 10 * minute).toISOString(),
    },
  ])
  await filter.click()
  await row.click()
  const pane = page.locator(`article[data-order-id="${order.id}"]`)
  await pane.getByText(notifications.late.accept).waitFor()
  assert.equal(await problemsOf(page), [])
  await pane.getByRole('button', { name: texts.acknowledge }).click()
  await pane.getByText(notifications.late.accept).waitFor({ state: 'detached' })
  await page.waitForFunction(() => !document.title.startsWith('('))
  // It is still late, which the page finds out with its own clock's next tick.
  await row.waitFor({ timeout: 15_000 })
  await page.reload()
  await row.waitFor()
  assert.is(await pane.locator('[data-alert]').count(), 0)

  await setStatus(await environment.apiClient('vendor@example.com'), order, 'accepted')
  await row.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: notifications.title }).click()
  const told = page.locator('[data-notification="order.late"]')
  assert.match(await told.innerText(), new RegExp(`${notifications.late.accept}\\s+${order.number}`))
  assert.is(await told.count(), 1)
})

test('on a phone the order says what it is late with, and a release begins anew', async ({ environment, clock }) => {
  const vendor = await environment.apiClient('vendor@example.com')
  const order = await placeOrder(await environment.apiClient('customer@example.com'))
  const page = await environment.signedInPage('admin@example.com', { width: 360, height: 740 }, { touch: true })
  await page.goto(`${environment.url}/?order=${order.id}`)
  const alert = page.locator(`article[data-order-id="${order.id}"] [data-alert=accept]`)
  clock.step(11 * minute)
  await alert.waitFor({ timeout: 10_000 })
  assert.is(await page.evaluate(() => document.documentElement.scrollWidth), 360)
  await setStatus(vendor, order, 'accepted')
  await alert.waitFor({ state: 'detached' })
  await vendor.patch(`/orders/${order.id}/status`, Order, { status: 'pending', reason: 'Flat tyre' })
  clock.step(11 * minute)
  await alert.waitFor({ timeout: 10_000 })
  await alert.getByRole('button', { name: texts.acknowledge }).click()
  await alert.waitFor({ state: 'detached' })
})

test.run()
