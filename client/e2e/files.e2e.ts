import type { Locator, Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MessageList } from '#shared/messages.ts'
import { Order } from '#shared/orders.ts'
import { problemsOf } from './accessibility.ts'
import { placeOrder, servicesOf, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'
import { photoFile } from './pictures.ts'

const test = suite<{ environment: TestEnvironment }>('pictures of orders, messages and services')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }
const { files: texts, messages, pictures, admin: adminTexts } = dictionaries.en
const [customerMail, vendorMail, adminMail] = ['customer@example.com', 'vendor@example.com', 'admin@example.com']

const shown = (page: Page) => page.locator('[data-files] [data-picture] img')
const lightbox = (page: Page) => page.locator('[data-lightbox]')
const openMessages = (page: Page) =>
  page.getByRole('button', { name: containing(messages.title), expanded: false }).click()
/** The pixels that the browser has decoded. */
const sizeOf = (image: Locator) =>
  image.evaluate((element) => (element instanceof HTMLImageElement ? element.naturalWidth : 0))

test('a customer adds photos, the others look at them, an admin deletes one', async ({ environment }) => {
  const order = await placeOrder(await environment.apiClient(customerMail))
  await setStatus(await environment.apiClient(vendorMail), order, 'accepted')
  const [customer, vendor, admin] = [
    await environment.signedInPage(customerMail, phone),
    await environment.signedInPage(vendorMail, phone),
    await environment.signedInPage(adminMail, desk),
  ]
  await customer.goto(`${environment.url}/orders/${order.id}`)
  await customer.getByLabel(texts.add).setInputFiles([await photoFile('one.jpg'), await photoFile('two.jpg', '#a63')])
  await shown(customer).nth(1).waitFor()
  assert.ok((await sizeOf(shown(customer).first())) <= 480, 'a preview')

  await vendor.goto(`${environment.url}/orders/${order.id}`)
  await shown(vendor).nth(1).waitFor()
  await admin.goto(`${environment.url}/?order=${order.id}`)
  await shown(admin).nth(1).waitFor()
  for (const page of [customer, vendor, admin]) assert.equal(await problemsOf(page), [])

  // The lightbox: arrow keys, Escape.
  await admin.locator('[data-files] [data-picture]').first().click()
  await lightbox(admin).getByText(texts.position(1, 2)).waitFor()
  await admin.keyboard.press('ArrowRight')
  await lightbox(admin).getByText(texts.position(2, 2)).waitFor()
  await lightbox(admin).locator('img').waitFor()
  assert.ok((await sizeOf(lightbox(admin).locator('img'))) > 480, 'the whole picture')
  assert.equal(await problemsOf(admin), [])
  await admin.keyboard.press('ArrowRight')
  await lightbox(admin).getByText(texts.position(1, 2)).waitFor()
  await admin.keyboard.press('Escape')
  await lightbox(admin).waitFor({ state: 'detached' })
  await vendor.locator('[data-files] [data-picture]').first().click()
  await lightbox(vendor).locator('img').waitFor()
  assert.is(await lightbox(vendor).getByRole('button', { name: texts.delete }).count(), 0, 'only admins delete')

  await admin.locator('[data-files] [data-picture]').first().click()
  await lightbox(admin).getByRole('button', { name: texts.delete }).click()
  await admin.getByRole('dialog').last().getByRole('button', { name: texts.delete }).last().click()
  await customer.locator('[data-files] [data-picture]').nth(1).waitFor({ state: 'detached' })
  const left = await (await environment.apiClient(customerMail)).get(`/orders/${order.id}`, Order)
  assert.equal(
    left.files?.map(({ name }) => name),
    ['two.jpg'],
  )

  // What is no picture is said, and not sent.
  await customer
    .getByLabel(texts.add)
    .setInputFiles({ name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<script>alert(1)</script>') })
  await customer.getByText(dictionaries.en.workErrors.unsupported_picture).waitFor()

  // A vendor without a network: the photo waits, also over a reload.
  await vendor.keyboard.press('Escape')
  await vendor.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await environment.network.off()
  await vendor.getByLabel(texts.add).setInputFiles(await photoFile('three.jpg'))
  await vendor.locator('[data-waiting]').waitFor()
  await vendor.getByText(texts.waiting(1)).waitFor()
  await vendor.reload()
  await vendor.waitForSelector('html[data-live="offline"]')
  await vendor.locator('[data-waiting] img').waitFor()
  await environment.network.on()
  await shown(customer).nth(1).waitFor({ timeout: 15_000 })
  await vendor.locator('[data-waiting]').waitFor({ state: 'detached' })
  for (const page of [customer, vendor, admin]) await page.context().close()
})

test('a message with pictures, chosen and pasted; a vendor’s waits for the network', async ({ environment }) => {
  const [mine, theirs] = [await environment.apiClient(customerMail), await environment.apiClient(vendorMail)]
  const order = await placeOrder(mine)
  await setStatus(theirs, order, 'accepted')
  const [customer, vendor] = [
    await environment.signedInPage(customerMail, phone),
    await environment.signedInPage(vendorMail, phone),
  ]
  for (const page of [customer, vendor]) {
    await page.goto(`${environment.url}/orders/${order.id}`)
    await openMessages(page)
  }
  const send = (page: Page) => page.getByRole('button', { name: messages.send, exact: true }).click()
  await customer.getByLabel(texts.attach).setInputFiles([await photoFile('leak.jpg')])
  await customer.locator('[data-draft] img').waitFor()
  const pasted = (await photoFile('pasted.jpg', '#a63')).buffer.toString('base64')
  await customer.getByLabel(messages.yourMessage).evaluate((area, encoded) => {
    const blob = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([blob], 'pasted.jpg', { type: 'image/jpeg' }))
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, pasted)
  await customer.locator('[data-draft] img').nth(1).waitFor()
  await customer.getByLabel(messages.yourMessage).fill('It drips here')
  assert.equal(await problemsOf(customer), [])
  await send(customer)
  const received = vendor.locator('[data-message]', { hasText: 'It drips here' })
  await received.locator('img').nth(1).waitFor()
  await received.locator('[data-picture]').first().click()
  await lightbox(vendor).getByText(texts.position(1, 2)).waitFor()
  await vendor.keyboard.press('Escape')

  await environment.network.off()
  await vendor.getByLabel(texts.attach).setInputFiles([await photoFile('pipe.jpg')])
  await vendor.locator('[data-draft] img').waitFor()
  await send(vendor)
  await vendor.locator('[data-outgoing] img').waitFor()
  await vendor.locator('[data-outgoing]', { hasText: messages.waits }).waitFor()
  await environment.network.on()
  await customer.locator('[data-message] [data-picture] img').nth(2).waitFor({ timeout: 15_000 })
  const { messages: sent } = await theirs.get(`/orders/${order.id}/messages`, MessageList)
  assert.equal(
    sent.map(({ text, files = [] }) => [text, files.map(({ name }) => name)]),
    [
      ['', ['pipe.jpg']],
      ['It drips here', ['leak.jpg', 'pasted.jpg']],
    ],
  )
  for (const page of [customer, vendor]) await page.context().close()
})

test('an admin gives a service a picture; customers see it in the catalogue', async ({ environment }) => {
  const api = await environment.apiClient(adminMail)
  const [service] = await servicesOf(api)
  assert.ok(service)
  const admin = await environment.signedInPage(adminMail, desk)
  await admin.goto(`${environment.url}/services`)
  const dialog = admin.getByRole('dialog')
  const edit = () => admin.getByRole('button', { name: adminTexts.edit(service.name) }).click()
  const save = () => dialog.getByRole('button', { name: adminTexts.save, exact: true }).click()
  await edit()
  await dialog.getByLabel(pictures.choose).setInputFiles(await photoFile('boiler.jpg'))
  await dialog.locator('img').waitFor()
  await save()
  await dialog.getByText(pictures.altMissing).first().waitFor()
  await dialog.getByLabel(pictures.alt).fill('A boiler on a wall')
  await save()
  await dialog.waitFor({ state: 'detached' })
  const customer = await environment.signedInPage(customerMail, phone)
  const picture = customer.getByRole('img', { name: 'A boiler on a wall' })
  await customer.locator('img[alt="A boiler on a wall"]').waitFor()
  assert.equal(await problemsOf(customer), [])
  await admin.locator('img[alt="A boiler on a wall"]').waitFor()

  await edit()
  await dialog.getByRole('button', { name: pictures.remove }).click()
  await save()
  await dialog.waitFor({ state: 'detached' })
  await picture.waitFor({ state: 'detached' })
  await customer.getByRole('button', { name: dictionaries.en.customer.add(service.name) }).waitFor()
  assert.is((await servicesOf(api)).find(({ id }) => id === service.id)?.picture, undefined)
  for (const page of [customer, admin]) await page.context().close()
})

test.run()
