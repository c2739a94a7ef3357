import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Order } from '#shared/orders.ts'
import { placeOrder, servicesOf } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('figures')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const { figures: texts, orders: orderTexts } = dictionaries.en

test('an admin sees what today’s orders add up to, while they change, and chooses another range', async ({
  environment,
}) => {
  const [customer, vendor, admin] = await Promise.all(
    ['customer@example.com', 'vendor@example.com', 'admin@example.com'].map((email) => environment.apiClient(email)),
  )
  assert.ok(customer && vendor && admin)
  const page = await environment.signedInPage('admin@example.com', { width: 1280, height: 900 })
  await page.getByRole('link', { name: texts.title }).click()
  await page.getByText(texts.empty, { exact: true }).waitFor()

  const total = (name: keyof typeof texts.totals) => page.locator(`[data-total=${name}] dd`).first()
  const shows = (name: keyof typeof texts.totals, text: string) => total(name).filter({ hasText: text }).waitFor()
  const [service] = await servicesOf(customer)
  const placed = [await placeOrder(customer), await placeOrder(customer), await placeOrder(customer)]
  await shows('orders', '3')
  const [first, second] = placed
  for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed'])
    await vendor.patch(`/orders/${first?.id}/status`, Order, { status })
  await customer.patch(`/orders/${second?.id}/status`, Order, { status: 'cancelled', reason: 'No longer needed' })
  await shows('completed', '1')
  await shows('failed', '1')
  await shows('revenue', String((first?.totalAmount ?? 0) / 100))
  const part = (id: string | undefined) => page.locator(`[data-part="${id}"]`)
  await part(vendor.user.id).getByText(vendor.user.name).waitFor()
  await part(service?.id)
    .getByText(service?.name ?? '', { exact: true })
    .waitFor()
  assert.match(await part(service?.id).innerText(), /3/)
  assert.is.not(await page.locator('[data-duration=waiting] p').nth(1).innerText(), '–')

  // The plot: the legend counts each status, and the bar under the pointer is told.
  const legend = page.locator('[data-plot] li')
  assert.equal((await legend.allInnerTexts()).map((text) => text.trim()).sort(), [
    `${orderTexts.status.cancelled} 1`,
    `${orderTexts.status.completed} 1`,
    `${orderTexts.status.pending} 1`,
  ])
  const bar = page.locator('[data-bar]')
  await bar.getByText(texts.hover.hour).waitFor()
  await page.locator('[data-plot] .u-over').hover()
  await bar.getByText(texts.hover.hour).waitFor({ state: 'detached' })

  await page.getByText(texts.ranges.week, { exact: true }).click()
  await bar.getByText(texts.hover.day).waitFor()
  await page.getByText(texts.ranges.own, { exact: true }).click()
  await page.getByLabel(texts.from, { exact: true }).fill('2020-01-01')
  await page.getByLabel(texts.to, { exact: true }).fill('2020-01-31')
  await page.getByText(texts.empty, { exact: true }).waitFor()
})

test.run()
