import type { Locator, Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Service } from '#shared/catalogue.ts'
import { Order } from '#shared/orders.ts'
import { User } from '#shared/users.ts'
import { problemsOf } from './accessibility.ts'
import { placeOrder, servicesOf } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('who is offered what')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 900 }
const texts = dictionaries.en
const { dispatch } = texts
const password = 'a long enough password'

/** Makes a vendor. */
async function aVendor(environment: TestEnvironment, name: string, skills: string[]) {
  const admin = await environment.apiClient('admin@example.com')
  const email = `${name.toLowerCase()}@example.com`
  const { id } = await admin.post('/users', User, { name, email, password, role: 'vendor' })
  await admin.patch(`/users/${id}`, User, { skills })
  return { id, email }
}

/** The page of a vendor on a phone that counts the taps on it. */
async function vendorsPage(environment: TestEnvironment, email: string, secret?: string) {
  const page = await environment.signedInPage(email, phone, { touch: true, password: secret })
  let taps = 0
  return {
    page,
    taps: () => taps,
    tap: async (button: Locator) => {
      taps++
      await button.tap()
    },
  }
}

const cardOf = (page: Page, id: string) => page.locator(`li[data-order-id="${id}"]`)

test('an order is offered to two able vendors in a round; one takes it in two taps, and one who is not able sees nothing', async ({
  environment,
}) => {
  const admin = await environment.signedInPage('admin@example.com', desk)
  const boss = await environment.apiClient('admin@example.com')
  const [boiler] = await servicesOf(boss)
  await aVendor(environment, 'Cleo', ['gas'])
  const ben = await aVendor(environment, 'Ben', [])
  const dan = await aVendor(environment, 'Dan', ['height'])

  await admin.getByRole('link', { name: texts.common.services, exact: true }).click()
  const dialog = admin.getByRole('dialog')
  await admin
    .getByRole('button', { name: containing(boiler?.name ?? '') })
    .first()
    .click()
  await dialog.getByLabel(dispatch.skills).fill('Gas')
  await admin.keyboard.press('Enter')
  await dialog.getByText(dispatch.to.least_busy).click()
  await dialog.getByLabel(dispatch.count).fill('two')
  await dialog.getByLabel(dispatch.seconds).fill('60')
  await dialog.getByRole('button', { name: texts.admin.save, exact: true }).click()
  await dialog.getByText(dispatch.writeCount).waitFor()
  assert.equal(await problemsOf(admin), [])
  await dialog.getByLabel(dispatch.count).fill('2')
  await dialog.getByRole('button', { name: texts.admin.save, exact: true }).click()
  await admin.getByText(texts.admin.serviceSaved).waitFor()
  const [saved] = await servicesOf(boss)
  assert.equal([saved?.skills, saved?.offers], [['Gas'], { to: 'least_busy', count: 2, seconds: 60 }])

  await admin.getByRole('link', { name: texts.common.people, exact: true }).click()
  await admin.getByRole('button', { name: dispatch.abilitiesOf('Ben') }).click()
  // What is typed counts without Enter as well.
  await dialog.getByLabel(dispatch.skills).fill('gas, water')
  assert.equal(await problemsOf(admin), [])
  await dialog.getByRole('button', { name: texts.admin.save, exact: true }).click()
  await admin.getByText(dispatch.abilitiesSaved('Ben')).waitFor()
  await admin.getByText('gas, water').waitFor()
  const ana = (await environment.apiClient('vendor@example.com')).user
  await boss.patch(`/users/${ana.id}`, User, { skills: ['gas'] })

  const anas = await vendorsPage(environment, 'vendor@example.com')
  const bens = await vendorsPage(environment, ben.email, password)
  const dans = await vendorsPage(environment, dan.email, password)
  const order = await placeOrder(await environment.apiClient('customer@example.com'))
  const [anasCard, bensCard] = [cardOf(anas.page, order.id), cardOf(bens.page, order.id)]
  await anasCard.waitFor()
  await bensCard.waitFor()
  const countdown = bensCard.getByRole('timer')
  assert.match(await countdown.innerText(), /^0:[0-5]\d$|^1:00$/)
  const before = await countdown.innerText()
  await bens.page.waitForFunction((text) => document.querySelector('[role=timer]')?.textContent !== text, before)
  assert.equal(await problemsOf(bens.page), [])

  await admin.goto(`${environment.url}/?order=${order.id}`)
  const state = admin.locator('[data-offer-round="1"]')
  await state.getByText(dispatch.asked('')).waitFor()
  const asked = await state.innerText()
  assert.ok(
    asked.includes(ana.name) && asked.includes('Ben') && !asked.includes('Cleo') && !asked.includes('Dan'),
    asked,
  )
  await admin.getByRole('button', { name: texts.orders.actions.assign, exact: true }).click()
  // Last, once the page knows who can do it.
  const last = dialog.locator('label[data-vendor-id]').last()
  await last.getByText(dispatch.lacks('Gas')).waitFor()
  assert.match(await last.innerText(), 'Dan')
  assert.equal(await problemsOf(admin), [])
  await admin.keyboard.press('Escape')

  await bens.tap(bensCard.getByRole('button', { name: texts.orders.actions.accept, exact: true }))
  await bens.page.waitForSelector(`[data-order-id="${order.id}"][data-status="accepted"]`)
  assert.ok(bens.taps() <= 2, `${bens.taps()} taps`)
  await anasCard.getByText(texts.orders.leaving.taken).waitFor()
  assert.is(await dans.page.locator('[data-order-id]').count(), 0)
  await admin.locator('[data-offer-round]').waitFor({ state: 'detached' })
  for (const page of [anas.page, bens.page, dans.page, admin]) await page.context().close()
})

test('a vendor declines in one tap, and after the time of a round the next vendor is asked', async ({
  environment,
}) => {
  const boss = await environment.apiClient('admin@example.com')
  const [boiler] = await servicesOf(boss)
  await boss.patch(`/services/${boiler?.id}`, Service, { offers: { to: 'least_busy', count: 1, seconds: 5 } })
  const anas = await vendorsPage(environment, 'vendor@example.com')
  const order = await placeOrder(await environment.apiClient('customer@example.com'))
  const admin = await environment.signedInPage('admin@example.com', desk)
  await admin.goto(`${environment.url}/?order=${order.id}`)
  // Ana is the only one who is online.
  const card = cardOf(anas.page, order.id)
  await card.waitFor()
  await admin.locator('[data-offer-round="2"]').waitFor({ timeout: 15_000 })
  await admin.getByText(dispatch.movedOn(2)).waitFor()
  await admin
    .locator('[data-offer-round="3"]')
    .getByText(dispatch.allAsked)
    .or(admin.locator('[data-offer-round="3"]').getByText(containing(dispatch.asked(''))))
    .first()
    .waitFor({ timeout: 15_000 })
  await card.getByText(dispatch.allAskedToo).waitFor()
  await anas.tap(card.getByRole('button', { name: texts.orders.actions.decline, exact: true }))
  await card.getByText(texts.orders.leaving.declined).waitFor()
  assert.is(anas.taps(), 1)
  assert.is(await anas.page.getByRole('dialog').count(), 0)
  const ana = (await environment.apiClient('vendor@example.com')).user
  await admin.getByText(dispatch.declined(ana.name)).waitFor()
  const { history } = await boss.get(`/orders/${order.id}`, Order)
  assert.is(history.find(({ by }) => by.id === ana.id)?.note, null)
  await anas.page.context().close()
  await admin.context().close()
})

test('checkout and the panel for callers say before an order is placed that no vendor can do all of it', async ({
  environment,
}) => {
  const boss = await environment.apiClient('admin@example.com')
  const [boiler, roof] = await servicesOf(boss)
  assert.ok(boiler && roof)
  await boss.patch(`/services/${roof.id}`, Service, { skills: ['height'] })
  const customer = await environment.signedInPage('customer@example.com', phone)
  for (const { name } of [boiler, roof])
    await customer.getByRole('button', { name: texts.customer.add(name), exact: true }).click()
  await customer.goto(`${environment.url}/checkout`)
  const refusal = customer.locator('[data-no-vendor-able]')
  await refusal.waitFor()
  const text = await refusal.innerText()
  assert.ok(text.includes(boiler.name) && text.includes(roof.name), text)
  await customer.getByRole('button', { name: texts.components.remove(roof.name) }).click()
  await refusal.waitFor({ state: 'detached' })
  await customer.context().close()

  await boss.patch(`/services/${roof.id}`, Service, { skills: ['diving'] })
  const admin = await environment.signedInPage('admin@example.com', desk)
  await admin.getByRole('button', { name: texts.newOrder.open }).click()
  await admin.getByRole('dialog').getByLabel(texts.common.service).selectOption(roof.id)
  await admin.locator('[data-no-vendor-able]').getByText(containing(roof.name)).waitFor()
  assert.equal(await problemsOf(admin), [])
  await admin.context().close()
})

test('an area has postcodes and a boundary, and its vendor is offered what lies in it', async ({ environment }) => {
  const boss = await environment.apiClient('admin@example.com')
  const [, roof] = await servicesOf(boss)
  await boss.patch(`/services/${roof?.id}`, Service, { skills: ['height'] })
  const admin = await environment.signedInPage('admin@example.com', desk)
  await admin.getByRole('button', { name: containing(texts.components.accountOf('')) }).click()
  await admin.getByRole('link', { name: texts.nav.settings }).click()
  await admin.getByText(dispatch.areasEmpty).waitFor()
  await admin.getByRole('button', { name: dispatch.addArea }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel(dispatch.areaName, { exact: true }).fill('Spandau')
  await dialog.getByLabel(dispatch.postcodes).fill('135')
  await dialog.getByLabel(dispatch.polygon).fill('{"type": "Point", "coordinates": [13, 52]}')
  await dialog.getByRole('button', { name: texts.common.add, exact: true }).click()
  await dialog.getByText(dispatch.polygonProblems.noPolygon).waitFor()
  const ring = [[13.1, 52.5], [13.3, 52.5], [13.3, 52.6], [13.1, 52.6], [13.1, 52.5]] // prettier-ignore
  await dialog.getByLabel(dispatch.polygon).fill(JSON.stringify({ type: 'Polygon', coordinates: [ring] }))
  await dialog.locator('[data-map]').waitFor()
  assert.equal(await problemsOf(admin), [])
  await dialog.getByRole('button', { name: texts.common.add, exact: true }).click()
  await admin.getByText(dispatch.areaAdded('Spandau')).waitFor()
  await admin.getByText(dispatch.points(4)).waitFor()

  await admin.getByRole('link', { name: texts.common.people, exact: true }).click()
  await admin.getByRole('button', { name: dispatch.abilitiesOf('Dan') }).click()
  await dialog.getByRole('checkbox', { name: 'Spandau' }).check()
  await dialog.getByRole('button', { name: texts.admin.save, exact: true }).click()
  await admin.getByText(dispatch.abilitiesSaved('Dan')).waitFor()
  await admin.locator('dd', { hasText: 'Spandau' }).waitFor()

  const dans = await vendorsPage(environment, 'dan@example.com', password)
  const sam = await environment.apiClient('customer@example.com')
  const placeAt = (address: string) =>
    sam.post('/orders', Order, {
      items: [{ serviceId: roof?.id, quantity: 1 }],
      contact: { phone: '+49 30 123456', address },
    })
  const inside = await placeAt('Markt 1, 13597 Berlin')
  await cardOf(dans.page, inside.id).waitFor()
  const refused = await placeAt('Invalidenstraße 1, 10115 Berlin').then(
    () => 'placed',
    (error: Error) => error.message,
  )
  assert.match(refused, 'no_vendor_able')

  // The area goes, and with it what limits Dan.
  await admin.goto(`${environment.url}/areas`)
  await admin.getByRole('button', { name: texts.admin.edit('Spandau') }).click()
  await dialog.getByRole('button', { name: dispatch.removeArea }).click()
  await admin.getByRole('dialog').last().getByRole('button', { name: dispatch.removeArea }).click()
  await admin.getByText(dispatch.areasEmpty).waitFor()
  const outside = await placeAt('Invalidenstraße 1, 10115 Berlin')
  await dans.page
    .locator(`[data-order-id="${outside.id}"]`)
    .or(dans.page.getByRole('button', { name: texts.components.newRows(1) }))
    .first()
    .waitFor()
  await dans.page.context().close()
  await admin.context().close()
})

test.run()
