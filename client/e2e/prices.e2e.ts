import type { Page, Route } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Service } from '#shared/catalogue.ts'
import type { Order } from '#shared/orders.ts'
import type { CreateService } from '#shared/service-input.ts'
import { setStatus, type ApiClient } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'
import { press } from './walks.ts'

const test = suite<{ environment: TestEnvironment; admin: ApiClient; roof: Service; door: Service }>('prices on pages')

const texts = dictionaries.en
const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }
let count = 0

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
  context.admin = await context.environment.apiClient('admin@example.com')
})
test.before.each(async (context) => {
  const create = (name: string, price: number) =>
    context.admin.post('/services', Service, { name, price, durationMinutes: 60 } satisfies CreateService)
  // A withdrawn service stays in the admin's list, so each test has other names.
  context.roof = await create(`Roof ${++count}`, 9500)
  context.door = await create(`سقف وباب ${count}`, 4500)
})
test.after.each(async ({ admin, roof, door }) => {
  for (const { id } of [roof, door]) await admin.patch(`/services/${id}`, Service, { active: false })
})
test.after(({ environment }) => environment.close())

const add = (page: Page, { name }: Service) =>
  page.getByRole('button', { name: texts.customer.add(name), exact: true }).click()
const placeButton = (page: Page) => page.getByRole('button', { name: containing(texts.customer.place('')) })
const acceptButton = (page: Page) => page.getByRole('button', { name: containing(texts.customer.acceptTotal('')) })
const text = async (page: Page) => (await page.locator('main').textContent()) ?? ''

/** Signs a customer in, who puts the services into the cart and fills the checkout in. */
async function openCheckout(environment: TestEnvironment, ...services: Service[]): Promise<Page> {
  const page = await environment.signedInPage('customer@example.com', phone)
  for (const service of services) await add(page, service)
  await fillCheckout(page)
  return page
}

async function fillCheckout(page: Page) {
  await page.getByRole('link', { name: texts.customer.orderNow }).click()
  await page.getByLabel(texts.common.address).fill('Lindenstraße 9, Berlin')
  await page.getByLabel(texts.common.phone).fill('+49 30 123456')
}

async function placed(page: Page): Promise<Order> {
  const response = page.waitForResponse((one) => one.url().endsWith('/api/orders') && one.request().method() === 'POST')
  // The removal of a service shifts the button.
  await press(placeButton(page), placeButton(page), 'hidden')
  return (await response).json()
}

test('a price that changes on the open checkout is shown with the old one and is accepted before it is ordered', async ({
  environment,
  admin,
  roof,
}) => {
  const page = await openCheckout(environment, roof)
  await admin.patch(`/services/${roof.id}`, Service, { price: 9900 })
  await acceptButton(page).waitFor()
  assert.is(await placeButton(page).count(), 0)
  assert.match(await text(page), /\$99\.00 instead of \$95\.00/)
  await acceptButton(page).click()
  assert.is((await placed(page)).totalAmount, 9900)
  await page.context().close()
})

test('a price that changes while the order is on its way is refused by the server and shown', async ({
  environment,
  admin,
  roof,
}) => {
  const page = await openCheckout(environment, roof)
  // The page does not hear of the change: the order leaves it before.
  const changeFirst = async (route: Route) => {
    await admin.patch(`/services/${roof.id}`, Service, { price: 12_000 })
    await route.continue()
  }
  await page.route('**/api/orders', changeFirst, { times: 1 })
  await placeButton(page).click()
  await acceptButton(page).waitFor()
  assert.match(await text(page), /\$120\.00 instead of \$95\.00/)
  await page.getByText(texts.workErrors.price_changed).waitFor()
  await acceptButton(page).click()
  assert.is((await placed(page)).totalAmount, 12_000)
  await page.context().close()
})

test('a withdrawn service is named and removed with one tap, also after “order again”', async ({
  environment,
  admin,
  roof,
  door,
}) => {
  const page = await openCheckout(environment, roof, door)
  const both = await placed(page)
  assert.is(both.totalAmount, 14_000)
  await page.getByRole('link', { name: texts.common.services }).first().click()
  await admin.patch(`/services/${door.id}`, Service, { active: false })
  await page.getByRole('button', { name: texts.customer.add(door.name) }).waitFor({ state: 'detached' })

  await page.getByRole('link', { name: containing(texts.nav.myOrders) }).click()
  await setStatus(admin, both, 'cancelled', { reason: 'No answer' })
  await page.locator(`[data-order-id="${both.id}"]`).getByRole('button', { name: texts.customer.orderAgain }).click()
  const notice = page.getByText(texts.customer.noLongerOffered.replace('{name}', door.name))
  await notice.waitFor()
  await page.getByRole('button', { name: texts.components.remove(door.name) }).click()
  await notice.waitFor({ state: 'detached' })
  assert.is((await placed(page)).totalAmount, 9500)
  await page.context().close()
})

test('the admin’s form reads 1,299.90, refuses what is unclear with an example, and customers see the price at once', async ({
  environment,
  roof,
}) => {
  const page = await environment.signedInPage('admin@example.com', desk)
  const customer = await environment.signedInPage('customer@example.com', phone)
  await page.getByRole('link', { name: texts.common.services }).click()
  await page.getByRole('button', { name: texts.admin.edit(roof.name) }).click()
  const price = page.getByLabel(containing('Price'))
  assert.is(await price.inputValue(), '95.00')
  const save = page.getByRole('button', { name: texts.admin.save })
  await price.fill('12 50')
  await save.click()
  await page.getByText(texts.admin.writeAmount('1234.50')).waitFor()
  await price.fill('45.999')
  await save.click()
  await page.getByText(texts.admin.tooManyDecimals('USD', '1234.50')).waitFor()
  await price.fill('99,999,999')
  await save.click()
  await page.getByText(texts.admin.amountTooHigh('$10,000,000.00')).waitFor()
  await price.fill('1,299.90')
  await save.click()
  await customer.getByText('$1,299.90').waitFor()
  await Promise.all([page, customer].map((one) => one.context().close()))
})

test.run()
