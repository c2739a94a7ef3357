import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MessageList } from '#shared/messages.ts'
import { problemsOf } from './accessibility.ts'
import { placeOrder, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('messages on an order')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }
const texts = dictionaries.en.messages
const [customerMail, vendorMail, adminMail] = ['customer', 'vendor', 'admin'].map((role) => `${role}@example.com`)

const open = (page: Page) => page.getByRole('button', { name: containing(texts.title), expanded: false }).click()
const box = (page: Page) => page.getByLabel(texts.yourMessage)
async function write(page: Page, text: string) {
  await box(page).fill(text)
  await page.getByRole('button', { name: texts.send, exact: true }).click()
}
const message = (page: Page, text: string) => page.locator('[data-message]', { hasText: text })
const badge = (page: Page, count: number) => page.locator(`[data-unread="${count}"]`)

test('a customer writes, the vendor sees a badge and answers, also offline; a note of the admin never reaches the customer', async ({
  environment,
}) => {
  const [mine, theirs] = [
    await environment.apiClient(customerMail ?? ''),
    await environment.apiClient(vendorMail ?? ''),
  ]
  const order = await placeOrder(mine)
  await setStatus(theirs, order, 'accepted')
  const [customer, vendor, admin] = [
    await environment.signedInPage(customerMail ?? '', phone),
    await environment.signedInPage(vendorMail ?? '', phone),
    await environment.signedInPage(adminMail ?? '', desk),
  ]
  // What the customer's page receives, by any way.
  const received: string[] = []
  customer.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => received.push(String(payload))))
  customer.on('response', (response) => {
    if (/\/api\//.test(response.url()))
      void response.text().then(
        (body) => received.push(body),
        () => {},
      )
  })
  await vendor.goto(`${environment.url}/jobs`)
  await customer.goto(`${environment.url}/orders/${order.id}`)
  await open(customer)
  await customer.getByText(texts.empty.customer).waitFor()
  await customer.getByRole('button', { name: texts.canned.customer.entrance }).click()
  await customer.waitForFunction(
    (text) => document.querySelector('textarea')?.value === text,
    texts.canned.customer.entrance,
  )
  await write(customer, 'The gate code is 4711')
  await message(customer, 'The gate code is 4711').waitFor()

  // The lists of the vendor and of the admin show it; reading it clears the vendor's badge, and only that one.
  await vendor.locator(`[data-order-id="${order.id}"]`).locator('[data-unread="1"]').waitFor()
  await admin.locator(`tr[data-order-id="${order.id}"]`).locator('[data-unread="1"]').waitFor()
  await vendor.getByRole('link', { name: containing(order.number) }).click()
  await badge(vendor, 1).waitFor()
  await open(vendor)
  await message(vendor, 'The gate code is 4711').waitFor()
  await write(vendor, 'Thank you, I am there at ten')
  await message(customer, 'Thank you, I am there at ten').waitFor()
  assert.equal(await problemsOf(vendor), [])
  assert.equal(await problemsOf(customer), [])

  // A note between the office and the vendor.
  await admin.locator(`tr[data-order-id="${order.id}"]`).click()
  await open(admin)
  await admin.getByText(texts.toStaff, { exact: true }).click()
  await admin.getByLabel(texts.yourNote).fill('This customer pays late')
  await admin.getByRole('button', { name: texts.send, exact: true }).click()
  await message(admin, 'This customer pays late').waitFor()
  await vendor.locator('[data-internal="true"]', { hasText: 'This customer pays late' }).waitFor()
  assert.equal(await problemsOf(admin), [])

  // Without a network the vendor's message waits, also over a reload, and is sent once.
  await environment.network.off()
  await write(vendor, 'I have no network here')
  await vendor.locator('[data-outgoing]', { hasText: texts.waits }).waitFor()
  await environment.network.on()
  await message(vendor, 'I have no network here').waitFor({ timeout: 15_000 })
  await message(customer, 'I have no network here').waitFor({ timeout: 15_000 })
  await write(customer, 'No problem')
  await message(admin, 'No problem').waitFor({ timeout: 15_000 })

  const { messages } = await theirs.get(`/orders/${order.id}/messages`, MessageList)
  assert.equal(messages.map(({ text, internal }) => (internal ? `note: ${text}` : text)).toReversed(), [
    'The gate code is 4711',
    'Thank you, I am there at ten',
    'note: This customer pays late',
    'I have no network here',
    'No problem',
  ])
  await customer.reload()
  await open(customer)
  await message(customer, 'No problem').waitFor()
  assert.is(await customer.locator('[data-message]').count(), 4)
  assert.ok(received.some((text) => text.includes('there at ten')))
  assert.not.ok(received.some((text) => text.includes('pays late')))
  assert.is(await badge(vendor, 1).count(), 0)
})

test.run()
