import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Service } from '#shared/catalogue.ts'
import { Message } from '#shared/messages.ts'
import { Order } from '#shared/orders.ts'
import type { Proof } from '#shared/proof.ts'
import { problemsOf } from './accessibility.ts'
import { servicesOf, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('tracking links')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

const [phone, desk] = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
]
const { tracking: texts, messages, correct, customer: customerTexts, orders, common, components } = dictionaries.en
const [vendorMail, adminMail] = ['vendor@example.com', 'admin@example.com']

/** An order of a caller, who has no account. */
async function ordered({ apiClient }: TestEnvironment, proof: Proof | null = null): Promise<Order> {
  const admin = await apiClient(adminMail)
  const [service] = await servicesOf(admin)
  assert.ok(service)
  await admin.patch(`/services/${service.id}`, Service, { proof })
  return admin.post('/orders', Order, {
    customer: { name: 'Rosa Weber', phone: '+49 30 5550199' },
    items: [{ serviceId: service.id, quantity: 1 }],
    contact: { phone: '+49 30 5550199', address: 'Ahornweg 3, Berlin' },
  })
}

/** Opens the dialog with the link in the order's pane; resolves to the link. */
async function linkOnDesk(admin: Page, { url }: TestEnvironment, { id }: Order): Promise<string> {
  await admin.goto(`${url}/?order=${id}`)
  await admin.getByRole('button', { name: texts.copy }).click()
  const link = await admin.getByRole('dialog').getByRole('code').textContent()
  return link ?? ''
}

test('a person without an account watches, changes, writes and cancels by the link, as far as the settings allow', async ({
  environment,
}) => {
  const vendor = await environment.apiClient(vendorMail)
  const order = await ordered(environment)
  const admin = await environment.signedInPage(adminMail, desk)
  const link = await linkOnDesk(admin, environment, order)
  assert.ok(link.includes(`/t/#trk_${order.id}.`), link)
  await admin.getByRole('img', { name: texts.qrCode }).waitFor()
  assert.equal(await problemsOf(admin), [])

  const person = await environment.newPage(phone)
  const requested: string[] = []
  person.on('request', (request) => requested.push(request.url().replace(/#.*/, '')))
  const page = await person.goto(`${environment.url}/t/${new URL(link).hash}`)
  assert.equal([page?.headers()['x-robots-tag'], page?.headers()['referrer-policy']], ['noindex', 'no-referrer'])
  await person.waitForSelector('html[data-live="live"]')
  await person.getByText('Ahornweg 3, Berlin').waitFor()
  await person.locator('[data-status="pending"]').first().waitFor()
  assert.equal(await problemsOf(person), [])

  await setStatus(vendor, order, 'accepted')
  await person.locator('article[data-status="accepted"]').waitFor()

  // Nothing but reading and writing messages is allowed at first.
  assert.is(await person.getByRole('button', { name: correct.open }).count(), 0)
  assert.is(await person.getByRole('button', { name: customerTexts.cancelOrder }).count(), 0)
  await person.getByRole('button', { name: containing(messages.title), expanded: false }).click()
  await person.getByLabel(messages.yourMessage).fill('Please ring at Weber')
  await person.getByRole('button', { name: messages.send, exact: true }).click()
  await person.locator('[data-message]', { hasText: 'Please ring at Weber' }).waitFor()
  await vendor.post(`/orders/${order.id}/messages`, Message, { text: 'I am there at ten' })
  await person.locator('[data-message]', { hasText: 'I am there at ten' }).waitFor()

  await admin.goto(`${environment.url}/tracking`)
  for (const right of [texts.may.change, texts.may.cancel]) {
    const toggle = admin.getByRole('switch', { name: right })
    await toggle.click()
    await admin.getByRole('switch', { name: right, checked: true }).waitFor()
  }
  assert.equal(await problemsOf(admin), [])

  await person.getByRole('button', { name: correct.open }).click({ timeout: 10_000 })
  await person.getByLabel(common.notes).fill('Third floor')
  await person.getByRole('button', { name: correct.save }).click()
  await person.getByText('Third floor').first().waitFor()

  await person.reload()
  await person.waitForSelector('html[data-live="live"]')
  await person.getByRole('button', { name: customerTexts.cancelOrder }).click()
  await person.getByLabel(containing(components.inYourOwnWords)).fill('Found a key')
  await person.getByRole('dialog').getByRole('button', { name: orders.actions.cancel }).click()
  await person.locator('article[data-status="cancelled"]').waitFor()
  const { history } = await (await environment.apiClient(adminMail)).get(`/orders/${order.id}`, Order)
  assert.equal(
    history.slice(2).map(({ by, note }) => `${by.name}: ${note}`),
    ['Rosa Weber: null', 'Rosa Weber: Found a key'],
  )
  assert.not.ok(
    requested.some((url) => url.includes('trk_')),
    'the token is in no address that is requested',
  )
})

test('a revoked link ends at once, and its QR code is on the printed work sheet before', async ({ environment }) => {
  const order = await ordered(environment)
  const admin = await environment.signedInPage(adminMail, desk)
  const link = await linkOnDesk(admin, environment, order)
  await admin.evaluate(() => (window.print = () => void (document.title = `printed ${document.title}`)))
  await admin.getByRole('button', { name: texts.print }).click()
  await admin.waitForFunction(() => document.title.startsWith('printed'))
  const code = admin.locator('[data-tracking-code]')
  assert.is(await code.isVisible(), false)
  await admin.emulateMedia({ media: 'print' })
  assert.is(await code.isVisible(), true)
  await admin.emulateMedia({ media: 'screen' })

  const person = await environment.newPage(phone)
  await person.goto(`${environment.url}/t/${new URL(link).hash}`)
  await person.waitForSelector('html[data-live="live"]')
  await admin.getByRole('button', { name: texts.copy }).click()
  await admin.getByRole('dialog').getByRole('button', { name: texts.revoke }).click()
  await person.getByText(texts.ended, { exact: true }).waitFor()
  await person.goto(`${environment.url}/t/`)
  await person.getByText(texts.ended, { exact: true }).waitFor()
  assert.equal(await problemsOf(person), [])
})

test('the work sheet has no QR code while the customer has a PIN to tell', async ({ environment }) => {
  const order = await ordered(environment, { pin: true })
  const admin = await environment.signedInPage(adminMail, desk)
  await linkOnDesk(admin, environment, order)
  const dialog = admin.getByRole('dialog')
  await dialog.getByText(texts.showsPin).waitFor()
  assert.is(await dialog.getByRole('button', { name: texts.print }).count(), 0)
  await admin.keyboard.press('Escape')
  await admin.emulateMedia({ media: 'print' })
  await admin.locator('[data-work-sheet]').waitFor()
  assert.is(await admin.locator('[data-tracking-code]').count(), 0)
})

test.run()
