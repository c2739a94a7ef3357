import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import { Service } from '#shared/catalogue.ts'
import { Order } from '#shared/orders.ts'
import { servicesOf, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'
import { press } from './walks.ts'

const test = suite<{ environment: TestEnvironment }>('the catalogue with categories and options')

const texts = dictionaries.en
const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const columns = 'name,category,price,durationMinutes,group,choose,required,choice'
const csvFile = (price: string) => ({
  name: 'services.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(
    [
      columns,
      `Window cleaning,Home,${price},60,,,,`,
      ',,0,,Size,one,yes,Small flat',
      ',,15,30,Size,,,Large flat',
      ',,5.50,,Extras,several,no,Balcony',
      '',
    ].join('\n'),
  ),
})

test('an admin imports services, a customer orders one with options, and orders it again after a change', async ({
  environment,
}) => {
  const page = await environment.signedInPage('admin@example.com', desk)
  await page.getByRole('link', { name: texts.common.services }).click()
  await page.getByRole('button', { name: texts.catalogueCsv.title }).click()
  const dialog = page.getByRole('dialog')
  const importButton = dialog.getByRole('button', { name: texts.catalogueCsv.import, exact: true })
  const choose = dialog.getByLabel(texts.catalogueCsv.file)
  await choose.setInputFiles(csvFile('forty'))
  await dialog.getByText(texts.catalogueCsv.place(2, 'price')).waitFor()
  await dialog.getByText(texts.catalogueCsv.problems.bad_price).waitFor()
  assert.ok(await importButton.isDisabled())
  await choose.setInputFiles(csvFile('40.00'))
  await dialog.getByText(texts.catalogueCsv.summary(1, 0, 0)).waitFor()
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: texts.catalogueCsv.download }).click()
  assert.is((await download).suggestedFilename(), 'services.csv')
  await importButton.click()
  await page.getByText(texts.catalogueCsv.imported(1, 0)).waitFor()
  const admin = await environment.apiClient('admin@example.com')
  const service = (await servicesOf(admin)).find(({ name }) => name === 'Window cleaning')
  assert.ok(service)

  // The dialog shows what was imported, and saves it as it is.
  await page.getByRole('button', { name: texts.admin.edit(service.name) }).click()
  assert.is(await dialog.getByLabel(texts.serviceOptions.choice).nth(1).inputValue(), 'Large flat')
  assert.is(await dialog.getByLabel(texts.serviceOptions.surcharge('USD')).nth(1).inputValue(), '15.00')
  await dialog.getByRole('button', { name: texts.admin.save, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const saved = (await servicesOf(admin)).find(({ id }) => id === service.id)
  assert.equal(saved, service)

  const customer = await environment.signedInPage('customer@example.com', phone)
  await customer.getByRole('heading', { name: 'Home', exact: true }).waitFor()
  await customer.getByText(texts.serviceOptions.from('$40.00')).waitFor()
  await customer.getByRole('button', { name: texts.serviceOptions.chooseFor(service.name) }).click()
  const options = customer.getByRole('dialog')
  const add = options.getByRole('button', { name: containing(texts.serviceOptions.addFor('')) })
  await options.getByLabel('Balcony').check()
  await add.click()
  await options.getByText(texts.serviceOptions.chooseSome).waitFor()
  await options.getByLabel('Large flat').check()
  assert.match((await add.textContent()) ?? '', /\$60\.50/)
  await add.click()
  await customer.getByText('Large flat, Balcony').waitFor()
  await customer.getByRole('link', { name: texts.customer.orderNow }).click()
  await customer.getByLabel(texts.common.address).fill('Lindenstraße 9, Berlin')
  await customer.getByLabel(texts.common.phone).fill('+49 30 123456')
  const place = customer.getByRole('button', { name: containing(texts.customer.place('')) })
  const response = customer.waitForResponse(
    (one) => one.url().endsWith('/api/orders') && one.request().method() === 'POST',
  )
  await press(place, place, 'hidden')
  const order: z.infer<typeof Order> = Order.parse(await (await response).json())
  assert.is(order.totalAmount, 6050)
  await customer.getByText('Large flat, Balcony').waitFor()

  const vendor = await environment.signedInPage('vendor@example.com', phone)
  await vendor.locator(`[data-order-id="${order.id}"]`).getByText('Large flat, Balcony').waitFor()
  await page.getByRole('link', { name: texts.nav.orders, exact: true }).click()
  await page.locator(`[data-order-id="${order.id}"]`).first().getByText('Large flat, Balcony').first().waitFor()

  await setStatus(admin, order, 'cancelled', { reason: 'No answer' })
  const [size] = service.options ?? []
  await admin.patch(`/services/${service.id}`, Service, { options: size ? [size] : [] })
  await customer.getByRole('button', { name: texts.customer.orderAgain }).click()
  await customer.getByText(texts.serviceOptions.gone('Balcony').replace('{name}', service.name)).waitFor()
  await customer.getByRole('button', { name: texts.serviceOptions.chooseAgain }).click()
  assert.ok(await options.getByLabel('Large flat').isChecked())
  await options.getByRole('button', { name: texts.serviceOptions.save }).click()
  await customer.getByRole('button', { name: texts.customer.place('$55.00') }).waitFor()
  await Promise.all([page, customer, vendor].map((one) => one.context().close()))
})

test.run()
