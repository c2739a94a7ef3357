import type { FileChooser, Locator, Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Service } from '#shared/catalogue.ts'
import { Order } from '#shared/orders.ts'
import type { Proof } from '#shared/proof.ts'
import { problemsOf } from './accessibility.ts'
import { servicesOf, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'
import { photoFile } from './pictures.ts'

const test = suite<{ environment: TestEnvironment }>('proof at completion')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }
const { admin: adminTexts, files, proof: texts, orders, components, vendor: vendorTexts } = dictionaries.en
const complete = orders.actions.complete
const [customerMail, vendorMail, adminMail] = ['customer@example.com', 'vendor@example.com', 'admin@example.com']

/** An order whose work is being done, of a service that asks for this proof. */
async function job({ apiClient }: TestEnvironment, name: string, proof: Proof): Promise<Order> {
  const [admin, customer, vendor] = [
    await apiClient(adminMail),
    await apiClient(customerMail),
    await apiClient(vendorMail),
  ]
  const service = await admin.post('/services', Service, { name, price: 5_000, durationMinutes: 30, proof })
  const order = await customer.post('/orders', Order, {
    items: [{ serviceId: service.id, quantity: 1 }],
    contact: { phone: '+49 30 123456', address: 'Lindenstraße 9, Berlin' },
  })
  for (const status of ['accepted', 'on_the_way', 'in_progress'] as const) await setStatus(vendor, order, status)
  return order
}

async function flightMode({ network }: TestEnvironment, page: Page, on: boolean) {
  await (on ? network.off() : network.on())
  await page.context().setOffline(on)
}

test('an admin sets what a service asks for; the form keeps it', async ({ environment }) => {
  const page = await environment.signedInPage(adminMail, desk)
  await page.goto(`${environment.url}/services`)
  const api = await environment.apiClient(adminMail)
  const [first] = await servicesOf(api)
  assert.ok(first)
  const dialog = page.getByRole('dialog')
  const edit = () => page.getByRole('button', { name: adminTexts.edit(first.name) }).click()
  const save = async () => {
    await dialog.getByRole('button', { name: adminTexts.save, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    return (await servicesOf(api)).find(({ id }) => id === first.id)?.proof
  }
  await edit()
  await dialog.getByLabel(texts.photos, { exact: true }).selectOption('2')
  await dialog.getByRole('switch', { name: texts.parts.note }).click()
  await dialog.getByRole('switch', { name: texts.parts.pin }).click()
  assert.equal(await problemsOf(page), [])
  assert.equal(await save(), { photos: 2, note: true, pin: true })
  await edit()
  assert.is(await dialog.getByLabel(texts.photos, { exact: true }).inputValue(), '2')
  await dialog.getByLabel(texts.photos, { exact: true }).selectOption('0')
  for (const part of [texts.parts.note, texts.parts.pin]) await dialog.getByRole('switch', { name: part }).click()
  assert.is(await save(), undefined)
  await page.context().close()
})

test('a vendor completes a job with a photo in four taps', async ({ environment }) => {
  const order = await job(environment, 'Gutter cleaning', { photos: 1 })
  const page = await environment.signedInPage(vendorMail, phone, { touch: true })
  await page.goto(`${environment.url}/jobs`)
  let taps = 0
  const tap = (button: Locator) => (taps++, button.tap())
  /** In the camera of a phone: the shutter, and "Use photo". */
  async function takePhoto(chooser: FileChooser) {
    taps += 2
    await chooser.setFiles(await photoFile('gutter.jpg'))
  }
  const card = page.locator(`[data-order-id="${order.id}"]`)
  const dialog = page.getByRole('dialog')
  const camera = page.waitForEvent('filechooser')
  await tap(card.getByRole('button', { name: complete, exact: true }))
  await takePhoto(await camera)
  await dialog.locator('[data-draft] img').waitFor()
  await tap(dialog.getByRole('button', { name: complete, exact: true }))
  await dialog.waitFor({ state: 'detached' })
  const done = await (await environment.apiClient(vendorMail)).get(`/orders/${order.id}`, Order)
  assert.is(done.status, 'completed')
  const [file] = done.files ?? []
  // Upright, and scaled down before it was sent.
  assert.equal([file?.kind, file?.by.role, file?.width, file?.height], ['photo', 'vendor', 1707, 2560])
  console.log(`\nfigures completed with a photo: ${taps} taps, of which 2 in the camera`)
  assert.is(taps, 4)
  await page.context().close()
})

/** Draws a stroke. */
async function sign(page: Page, canvas: Locator) {
  await canvas.scrollIntoViewIfNeeded()
  const box = await canvas.boundingBox()
  assert.ok(box)
  await page.mouse.move(box.x + 40, box.y + 40)
  await page.mouse.down()
  for (let n = 1; n <= 8; n++) await page.mouse.move(box.x + 40 + n * 20, box.y + 40 + (n % 2) * 50)
  await page.mouse.up()
}

test('note, photo, signature and PIN: what is missing is said, a wrong PIN is refused, and all of it waits without a network', async ({
  environment,
}) => {
  const order = await job(environment, 'Lock', { note: true, photos: 1, signature: true, pin: true })
  const customer = await environment.signedInPage(customerMail, phone)
  await customer.goto(`${environment.url}/orders/${order.id}`)
  const shown = customer.locator('[data-pin]')
  await shown.getByText(texts.yourPinHelp).waitFor()
  const pin = /\d{4}/.exec(await shown.innerText())?.[0] ?? ''
  assert.match(pin, /^\d{4}$/)
  assert.equal(await problemsOf(customer), [])

  const page = await environment.signedInPage(vendorMail, phone)
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await page.goto(`${environment.url}/orders/${order.id}`)
  await page.getByRole('button', { name: complete, exact: true }).click()
  const dialog = page.getByRole('dialog')
  const send = dialog.getByRole('button', { name: complete, exact: true })
  await dialog.locator('[data-signature]').waitFor()
  await send.click()
  for (const missing of [texts.photosMissing(1), texts.noteMissing, texts.signatureMissing, texts.pinMissing])
    await dialog.getByText(missing, { exact: true }).first().waitFor()
  assert.equal(await problemsOf(page), [])

  const camera = page.waitForEvent('filechooser')
  await dialog.getByText(files.take, { exact: true }).click()
  await (await camera).setFiles(await photoFile('lock.jpg'))
  await dialog.locator('[data-draft] img').waitFor()
  await dialog.getByLabel(components.note).fill('New cylinder')
  await sign(page, dialog.locator('[data-signature]'))
  const field = dialog.getByLabel(texts.pin)
  await field.fill(pin === '0000' ? '0001' : '0000')
  await send.click()
  await dialog
    .getByText(dictionaries.en.workErrors.wrong_pin({ triesLeft: 4 }))
    .first()
    .waitFor()
  assert.is(await field.getAttribute('aria-invalid'), 'true')

  await flightMode(environment, page, true)
  await field.fill(pin)
  // The pictures were sent with the first try. Another one waits.
  const again = page.waitForEvent('filechooser')
  await dialog.getByText(files.takeAnother, { exact: true }).click()
  await (await again).setFiles(await photoFile('door.jpg', '#a63'))
  await dialog.locator('[data-draft] img').nth(1).waitFor()
  await send.click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText(vendorTexts.waitsToBeSent).waitFor()
  await page.locator('[data-waiting]').first().waitFor()
  await page.reload()
  await page.waitForSelector('html[data-live="offline"]')
  const api = await environment.apiClient(vendorMail)
  assert.is((await api.get(`/orders/${order.id}`, Order)).status, 'in_progress')

  await flightMode(environment, page, false)
  await customer.locator('article[data-status="completed"]').waitFor({ timeout: 15_000 })
  const done = await api.get(`/orders/${order.id}`, Order)
  assert.equal(
    done.files?.map(({ kind, name }) => `${kind} ${name}`),
    ['photo lock.jpg', 'signature signature', 'photo door.jpg'],
  )
  assert.is(done.history.at(-1)?.note, 'New cylinder')
  assert.is(await shown.count(), 0, 'the PIN is not needed any more')
  await customer.locator('[data-picture] img').nth(2).waitFor()
  await page.waitForSelector('html[data-live="live"]')
  await page.locator('[data-waiting]').first().waitFor({ state: 'detached' })
  for (const one of [page, customer]) await one.context().close()
})

test('a photo goes along when a job could not be completed', async ({ environment }) => {
  const order = await job(environment, 'Boiler', { photos: 3 })
  const page = await environment.signedInPage(vendorMail, phone)
  await page.goto(`${environment.url}/orders/${order.id}`)
  await page.getByRole('button', { name: orders.actions.fail, exact: true }).click()
  const dialog = page.getByRole('dialog')
  const camera = page.waitForEvent('filechooser')
  await dialog.getByText(files.take, { exact: true }).click()
  await (await camera).setFiles(await photoFile('gate.jpg'))
  await dialog.locator('[data-draft] img').waitFor()
  await dialog.getByLabel(components.inYourOwnWords).fill('The gate is locked')
  await dialog.getByRole('button', { name: orders.actions.fail, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const failed = await (await environment.apiClient(adminMail)).get(`/orders/${order.id}`, Order)
  assert.equal([failed.status, failed.files?.map(({ name }) => name)], ['failed', ['gate.jpg']])
  await page.context().close()
})

test.run()
