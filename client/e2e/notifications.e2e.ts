import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Order } from '#shared/orders.ts'
import { placeOrder, signIn } from './api.ts'
import { setChecked, TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('notifications')

test.before(async (context) => {
  // Nothing listens there: the settings show every channel, and what waits to be sent concerns no other test.
  const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'orders@example.com', PUBLIC_URL: 'https://example.com' }
  const sms = { SMS_URL: 'http://127.0.0.1:9/{phone}/{text}' }
  context.environment = await TestEnvironment.open({ ...mail, ...sms })
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const { notifications: texts, notificationSettings: settings } = dictionaries.en

test('a customer is told on every page, and what was read on one device is read on the other', async ({
  environment,
}) => {
  const [first, second] = [
    await environment.signedInPage('customer@example.com', phone),
    await environment.signedInPage('customer@example.com', phone),
  ]
  const as = (role: string) => {
    const email = `${role}@example.com`
    return signIn(environment.url, email, environment.password(email))
  }
  const vendor = await as('vendor')
  const order = await placeOrder(await as('customer'))
  for (const status of ['accepted', 'on_the_way']) await vendor.patch(`/orders/${order.id}/status`, Order, { status })

  for (const page of [first, second]) {
    await page.getByRole('link', { name: texts.open(2), exact: true }).waitFor({ timeout: 5_000 })
    assert.match(await page.title(), /^\(2\) /)
  }
  await first.getByRole('link', { name: texts.open(2), exact: true }).click()
  const newest = first.locator('[data-notification="order.on_the_way"] a')
  assert.match(await newest.innerText(), new RegExp(`on the way to you\\s+${order.number}`))
  await newest.click()
  await first.locator(`[data-order-id="${order.id}"]`).waitFor()
  for (const page of [first, second]) {
    await page.getByRole('link', { name: texts.open(0), exact: true }).waitFor({ timeout: 5_000 })
    assert.not.match(await page.title(), /^\(/)
  }

  // While the order is on the screen, what happens to it needs no notification.
  await vendor.patch(`/orders/${order.id}/status`, Order, { status: 'in_progress' })
  await first.locator(`[data-order-id="${order.id}"][data-status="in_progress"]`).waitFor()
  await second.getByRole('link', { name: texts.open(0), exact: true }).waitFor({ timeout: 5_000 })
  await second.getByRole('link', { name: texts.open(0), exact: true }).click()
  await second.locator('[data-notification="order.in_progress"]').waitFor()
  assert.is(await second.getByText(texts.unread).count(), 0)

  // A hidden page is told, and reads the order when it is shown again.
  const setHidden = (hidden: boolean) =>
    first.evaluate((value) => {
      for (const [name, shown] of [
        ['hidden', value],
        ['visibilityState', value ? 'hidden' : 'visible'],
      ])
        Object.defineProperty(document, String(name), { value: shown, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await setHidden(true)
  await vendor.patch(`/orders/${order.id}/status`, Order, { status: 'completed' })
  await first.getByRole('link', { name: texts.open(1), exact: true }).waitFor({ timeout: 5_000 })
  assert.is(await first.locator(`[data-order-id="${order.id}"]`).getAttribute('data-status'), 'in_progress')
  await setHidden(false)
  await first.locator(`[data-order-id="${order.id}"][data-status="completed"]`).waitFor({ timeout: 5_000 })
  await first.getByRole('link', { name: texts.open(0), exact: true }).waitFor({ timeout: 5_000 })
})

test('a person chooses what is told and how; the choice is there after a reload', async ({ environment }) => {
  const page = await environment.signedInPage('customer@example.com', phone)
  await page.getByRole('link', { name: texts.title }).click()
  await page.getByRole('link', { name: settings.open }).click()
  const choice = (event: keyof typeof settings.events, channel: keyof typeof settings.channels) =>
    page.getByRole('checkbox', { name: settings.cell(settings.events[event], settings.channels[channel]) })
  await choice('order.placed', 'email').waitFor()
  assert.is(await choice('order.placed', 'page').count(), 0)
  assert.is(await choice('order.accepted', 'push').count(), 1)
  const stored = page.waitForResponse((response) => response.request().method() === 'PUT')
  await setChecked(choice('order.placed', 'email'), false)
  await stored
  await page.reload()
  await choice('order.placed', 'email').waitFor()
  assert.equal(
    [await choice('order.placed', 'email').isChecked(), await choice('order.accepted', 'email').isChecked()],
    [false, true],
  )
  assert.is(await page.evaluate(() => document.documentElement.scrollWidth), phone.width)
})

test.run()
