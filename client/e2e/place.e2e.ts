import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Order, OrderList } from '#shared/orders.ts'
import { startGeocoder } from '../../server/testing/geocoder.ts'
import { placeOrder, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment; geocoder: Awaited<ReturnType<typeof startGeocoder>> }>('place')

const found = {
  lat: '52.5163',
  lon: '13.3777',
  display_name: 'Lindenstraße 9',
  address: { road: 'Lindenstraße', house_number: '9', suburb: 'Mitte', city: 'Berlin', postcode: '10969' },
}
const address = 'Lindenstraße 9, 10969 Berlin'

test.before(async (context) => {
  context.geocoder = await startGeocoder((url) => (url.pathname === '/reverse' ? found : [found]))
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off', GEOCODER_URL: context.geocoder.url })
})
test.after(async ({ environment, geocoder }) => {
  await environment.close()
  await geocoder.stop()
})

const phone = { width: 360, height: 740 }
const texts = dictionaries.en

const addressIs = (text: string) => document.querySelector('textarea')?.value === text

async function isAt(page: Page, latitude: number, longitude: number) {
  await page.context().grantPermissions(['geolocation'])
  await page.context().setGeolocation({ latitude, longitude })
}

test('an address is found while it is typed, or from the browser’s position; the vendor sees about how far it is', async ({
  environment,
}) => {
  const customer = await environment.signedInPage('customer@example.com', phone)
  const vendor = await environment.signedInPage('vendor@example.com', phone)
  await isAt(customer, 52.5163, 13.3777)
  await isAt(vendor, 52.55, 13.3777)
  await customer.getByRole('button', { name: /^Add/ }).first().click()
  await customer.goto(`${environment.url}/checkout`)
  await customer.getByLabel(texts.common.address).fill('Lindenstr')
  await customer.getByRole('button', { name: address }).click()
  await customer.waitForFunction(addressIs, address)
  await customer.getByText(texts.place.isSet).waitFor()

  // Another text is another place; the browser's position brings it back.
  await customer.getByLabel(texts.common.address).fill('')
  await customer.getByText(texts.place.isSet).waitFor({ state: 'hidden' })
  await customer.getByRole('button', { name: texts.place.useLocation }).click()
  await customer.getByText(texts.place.isSet).waitFor()
  await customer.waitForFunction(addressIs, address)

  await customer.getByLabel(texts.common.phone).fill('+49 30 5550177')
  const placed = customer.waitForResponse(
    (response) => response.url().endsWith('/api/orders') && response.request().method() === 'POST',
  )
  await customer.getByRole('button', { name: containing(texts.customer.place('')) }).click()
  const order = Order.parse(await (await placed).json())
  assert.equal(order.contact, { phone: '+49 30 5550177', address, area: 'Mitte', lat: 52.5163, lng: 13.3777 })

  await vendor.getByRole('button', { name: texts.place.showDistances }).click()
  const card = vendor.locator(`[data-order-id="${order.id}"]`)
  await card.getByText('about 3 km away').or(card.getByText('about 4 km away')).waitFor()
})

test('an order that has failed is placed once more in one tap', async ({ environment }) => {
  const [mine, theirs] = [
    await environment.apiClient('customer@example.com'),
    await environment.apiClient('vendor@example.com'),
  ]
  const order = await placeOrder(mine)
  for (const status of ['accepted', 'on_the_way'] as const) await setStatus(theirs, order, status)
  const vendor = await environment.signedInPage('vendor@example.com', phone)
  await vendor.goto(`${environment.url}/orders/${order.id}`)
  await vendor.getByRole('button', { name: texts.orders.actions.fail }).click()
  await vendor.getByRole('button', { name: texts.orders.reasons.fail.absent }).click()
  await vendor.getByRole('dialog').getByRole('button', { name: texts.orders.actions.fail }).click()
  await vendor.getByRole('button', { name: texts.followUp.place }).click()
  await vendor
    .getByText(containing(texts.followUp.next('').trim()))
    .first()
    .waitFor()
  const followUps = await mine.get('/orders', OrderList)
  assert.match(JSON.stringify(followUps), `"followUpOf":{"id":"${order.id}"`)
})

test.run()
