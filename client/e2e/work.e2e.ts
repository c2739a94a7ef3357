import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Service } from '#shared/catalogue.ts'
import { Order } from '#shared/orders.ts'
import * as z from 'zod/mini'
import { setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('orders as they are really placed')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const desk = { width: 1280, height: 800 }
const phone = { width: 360, height: 740 }
const texts = dictionaries.en
const { actions } = texts.orders

test('an admin places an order for a caller with the keyboard alone, and finds the customer by the number', async ({
  environment,
}) => {
  const admin = await environment.signedInPage('admin@example.com', desk, { pressAgain: true })
  await admin.getByRole('button', { name: texts.newOrder.open }).waitFor()
  const dialog = admin.getByRole('dialog')
  const { keyboard } = admin
  const begun = performance.now()
  await keyboard.press('n')
  await dialog.waitFor()
  await keyboard.type('030 5550177')
  await keyboard.press('Tab')
  await keyboard.type('Mia Klein')
  await keyboard.press('Tab')
  await keyboard.press('Tab')
  await keyboard.type('12 Elm Street, Springfield')
  // Past the button for the map and the district.
  for (let n = 0; n < 3; n++) await keyboard.press('Tab')
  await admin.waitForFunction(
    () => document.activeElement instanceof HTMLSelectElement && document.activeElement.options.length > 1,
  )
  await keyboard.press('ArrowDown')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  const took = performance.now() - begun
  assert.ok(took < 20_000, `${Math.round(took)} ms`)
  const pane = admin.getByRole('region', { name: texts.admin.selectedOrder })
  await pane.getByText('12 Elm Street, Springfield').first().waitFor()
  await pane.getByText('Mia Klein').first().waitFor()

  await admin.getByRole('button', { name: texts.newOrder.open }).click()
  await dialog.getByLabel(texts.common.phone).fill('+1 030 555-0177')
  await dialog
    .getByRole('list', { name: texts.newOrder.found })
    .getByRole('button', { name: containing('Mia Klein') })
    .click()
  await dialog.getByRole('button', { name: texts.newOrder.otherCustomer }).waitFor()
  assert.is(await dialog.getByLabel(texts.common.address).inputValue(), '12 Elm Street, Springfield')

  // A service with options: the panel asks for them, and says the total.
  const api = await environment.apiClient('admin@example.com')
  const choices = [
    { name: 'Small flat', price: 0 },
    { name: 'Large flat', price: 1500 },
  ]
  const options = [{ name: 'Size', required: true, choose: 'one', choices }]
  const service = { name: 'Windows', description: '', price: 4000, durationMinutes: 60, options }
  const { id: windows } = await api.post('/services', Service, service)
  await dialog.locator(`option[value="${windows}"]`).waitFor({ state: 'attached' })
  await dialog.getByLabel(texts.common.service, { exact: true }).selectOption(windows)
  await dialog.getByRole('button', { name: texts.newOrder.placeFor('$40.00') }).click()
  await dialog.getByText(texts.serviceOptions.chooseSome).waitFor()
  await dialog.getByLabel('Large flat').check()
  await dialog.getByRole('button', { name: texts.newOrder.placeFor('$55.00') }).click()
  await dialog.waitFor({ state: 'detached' })
  await pane.getByText('Large flat').first().waitFor()

  // The caller is found among the customers, and erased once no order is open.
  await admin.goto(`${environment.url}/users`)
  await admin.locator('label', { hasText: texts.roles.customer }).click()
  const erase = async () => {
    await admin.getByRole('button', { name: texts.erasure.dataOf('Mia Klein') }).click()
    await dialog.getByRole('button', { name: texts.erasure.erase }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await admin.getByRole('searchbox', { name: texts.callers.search }).fill('mia k')
  await erase()
  await admin.getByText(texts.workErrors.open_orders).waitFor()
  const { orders } = await api.get('/orders?q=Mia', z.object({ orders: z.array(Order) }))
  assert.is(orders.length, 2)
  for (const order of orders) await setStatus(api, order, 'cancelled', { reason: 'Sold' })
  await erase()
  await admin.getByText(texts.erasure.erased('Mia Klein')).waitFor()
  await admin.getByText(texts.callers.none).waitFor()
  await admin.context().close()
})

test('a customer corrects an order, and its vendor sees what changed; a vendor undoes what ended by mistake', async ({
  environment,
}) => {
  const id = await environment.placeOrder()
  const customer = await environment.signedInPage('customer@example.com', phone, { pressAgain: true })
  const vendor = await environment.signedInPage('vendor@example.com', phone, { pressAgain: true })
  const card = vendor.locator(`[data-order-id="${id}"]`)
  await card.getByRole('button', { name: actions.accept, exact: true }).click()
  await vendor.waitForSelector(`[data-order-id="${id}"][data-status="accepted"]`)

  await customer.goto(`${environment.url}/orders/${id}`)
  await customer.getByRole('button', { name: texts.correct.open, exact: true }).click()
  const dialog = customer.getByRole('dialog')
  await dialog.getByLabel(texts.common.notes).fill('Ring once')
  await dialog
    .getByRole('button', { name: containing(texts.components.oneMore) })
    .first()
    .click()
  await dialog.getByRole('button', { name: containing(texts.correct.saveWithTotal('')) }).click()
  await dialog.waitFor({ state: 'detached' })
  await card.getByText(containing('Ring once')).first().waitFor()
  await vendor
    .getByText(containing(texts.orders.history.corrected('')))
    .first()
    .waitFor()

  for (const [button, status] of [
    [actions.set_off, 'on_the_way'],
    [actions.start_work, 'in_progress'],
  ] as const) {
    await card.getByRole('button', { name: button, exact: true }).click()
    await customer.waitForSelector(`[data-order-id="${id}"][data-status="${status}"]`)
  }
  assert.is(await customer.getByRole('button', { name: texts.correct.open, exact: true }).count(), 0)
  await card.getByRole('button', { name: actions.fail, exact: true }).click()
  const reason = vendor.getByRole('dialog')
  await reason.getByRole('button', { name: texts.orders.reasons.fail.access }).click()
  await reason.getByRole('button', { name: actions.fail, exact: true }).click()
  await customer.waitForSelector(`[data-order-id="${id}"][data-status="failed"]`)
  await customer.getByText(texts.orders.reasons.fail.access).first().waitFor()
  await vendor.getByRole('button', { name: texts.vendor.undo }).first().click()
  await customer.waitForSelector(`[data-order-id="${id}"][data-status="in_progress"]`)
  await Promise.all([customer, vendor].map((page) => page.context().close()))
})

test.run()
