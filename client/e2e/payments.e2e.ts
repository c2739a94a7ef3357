import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Webhook } from 'standardwebhooks'
import { problemsOf } from './accessibility.ts'
import { placeOrder, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('payments and ratings')

const secret = `whsec_${Buffer.from('thirty-two bytes of a secret, ok').toString('base64').replace(/=+$/, '')}`

test.before(async (context) => {
  context.environment = await TestEnvironment.open({
    RATE_LIMITS: 'off',
    BUSINESS_NAME: 'Roof & Door Ltd',
    PAYMENT_LINK: 'https://pay.example/{orderId}?amount={amount}&currency={currency}&tip={tip}',
    PAYMENT_SECRET: secret,
  })
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }
const { payments, ratings, common } = dictionaries.en
const [customerMail, vendorMail, adminMail] = ['customer', 'vendor', 'admin'].map((role) => `${role}@example.com`)

async function begun(environment: TestEnvironment) {
  const mine = await environment.apiClient(customerMail ?? '')
  const theirs = await environment.apiClient(vendorMail ?? '')
  const order = await placeOrder(mine)
  await setStatus(theirs, order, 'accepted')
  await setStatus(theirs, order, 'on_the_way')
  return { order, theirs }
}

test('a vendor takes cash with a tip; the customer sees it at once, rates by keyboard and opens the receipt', async ({
  environment,
}) => {
  const { order, theirs } = await begun(environment)
  const [customer, vendor, admin] = [
    await environment.signedInPage(customerMail ?? '', phone),
    await environment.signedInPage(vendorMail ?? '', phone),
    await environment.signedInPage(adminMail ?? '', desk),
  ]
  await customer.goto(`${environment.url}/orders/${order.id}`)
  await customer.locator('[data-payment="unpaid"]').waitFor()
  await vendor.goto(`${environment.url}/orders/${order.id}`)
  await vendor.getByRole('button', { name: payments.paidCash }).click()
  await vendor.getByLabel(payments.tip).fill('much')
  const confirm = vendor.getByRole('dialog').getByRole('button', { name: payments.paidCash })
  await confirm.click()
  await vendor.getByText('An amount such as').waitFor()
  await vendor.getByLabel(payments.tip).fill('5')
  assert.equal(await problemsOf(vendor), [])
  // In a cellar without a network: it waits on the vendor's phone.
  await environment.network.off()
  await confirm.click()
  await vendor.getByText(dictionaries.en.offline.willBeSent).waitFor()
  await vendor.locator('[data-payment="paid"]').waitFor()
  assert.is(await customer.locator('[data-payment="paid"]').count(), 0)
  await environment.network.on()
  for (const page of [vendor, customer]) await page.locator('[data-payment="paid"]').waitFor()
  await customer.locator('[data-payment]', { hasText: '5.00' }).waitFor()
  assert.is(await vendor.getByRole('button', { name: payments.paidCash }).count(), 0)

  assert.is(await customer.locator('[data-rating]').count(), 0, 'not before it is completed')
  await setStatus(theirs, order, 'in_progress')
  await setStatus(theirs, order, 'completed')
  const card = customer.locator('[data-rating]')
  await card.getByRole('button', { name: ratings.send }).click()
  await card.getByText(ratings.chooseStars).waitFor()
  await card.getByRole('radio', { name: ratings.stars(1) }).focus()
  await customer.keyboard.press('Space')
  for (let n = 0; n < 3; n++) await customer.keyboard.press('ArrowRight')
  await card.getByLabel(containing(ratings.text)).fill('Fast and friendly')
  assert.equal(await problemsOf(customer), [])
  await card.getByRole('button', { name: ratings.send }).click()
  await card.locator('[data-stars="4"]').waitFor()
  await customer.locator('[data-average="4"]').waitFor()
  await vendor.locator('[data-rating]', { hasText: 'Fast and friendly' }).waitFor()
  await card.getByRole('button', { name: ratings.change }).click()
  await card.getByRole('radio', { name: ratings.stars(5) }).check({ force: true })
  await card.getByRole('button', { name: ratings.save }).click()
  await card.locator('[data-stars="5"]').waitFor()

  await admin.goto(`${environment.url}/users`)
  await admin.getByRole('link', { name: common.people }).click()
  await admin.locator('[data-average="5"]').waitFor()
  assert.equal(await problemsOf(admin), [])

  await customer.getByRole('link', { name: payments.showReceipt, exact: true }).click()
  await customer.locator('[data-receipt]', { hasText: order.number }).waitFor()
  await customer.locator('[data-receipt]', { hasText: 'Roof & Door Ltd' }).waitFor()
  assert.equal(await problemsOf(customer), [])
  await customer.emulateMedia({ media: 'print' })
  assert.is(await customer.getByRole('button', { name: payments.print }).count(), 0, 'no button on paper')
  await customer.locator('[data-receipt]', { hasText: payments.total }).waitFor()
})

test('a customer pays by the link with a tip, and the page shows it when the provider tells; an admin refunds', async ({
  environment,
}) => {
  const { order } = await begun(environment)
  const customer = await environment.signedInPage(customerMail ?? '', phone)
  await customer.goto(`${environment.url}/orders/${order.id}`)
  const pay = customer.getByRole('link', { name: /^Pay/ })
  await pay.waitFor()
  assert.match((await pay.getAttribute('href')) ?? '', `amount=${order.totalAmount}&`)
  const tip = Math.round(order.totalAmount / 10)
  await customer.locator('[data-payment] label').nth(2).click()
  await customer.locator(`a[href*="amount=${order.totalAmount + tip}&"]`).waitFor()
  assert.equal(await problemsOf(customer), [])

  const amount = order.totalAmount + tip
  const data = { orderId: order.id, amount, currency: order.currency, tip, reference: 'pay_1' }
  const body = JSON.stringify({ type: 'payment.paid', data })
  const now = new Date()
  const response = await fetch(`${environment.url}/api/payments/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', now, body),
    },
    body,
  })
  assert.is(response.status, 200)
  await customer.locator('[data-payment="paid"]').waitFor()
  assert.is(await pay.count(), 0)

  const admin = await environment.signedInPage(adminMail ?? '', desk)
  await admin.locator(`tr[data-order-id="${order.id}"]`).click()
  await admin.getByRole('button', { name: payments.markRefunded }).click()
  await admin.getByRole('dialog').getByRole('button', { name: payments.markRefunded }).click()
  await customer.locator('[data-payment="refunded"]').waitFor()
  assert.equal(await problemsOf(admin), [])
})

test.run()
