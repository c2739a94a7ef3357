import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Locator } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Service } from '#shared/catalogue.ts'
import { NewDevice } from '#shared/devices.ts'
import { Order, OrderList } from '#shared/orders.ts'
import { User } from '#shared/users.ts'
import { servicesOf } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'
import { photoFile } from './pictures.ts'

const test = suite<{ environment: TestEnvironment }>('the whole way of an order, from the call to the figures')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 900 }
const texts = dictionaries.en
const { actions } = texts.orders
const password = 'a long enough password'
const address = '12 Elm Street, Springfield'
const house = { lat: 52.5163, lng: 13.3777 }

/** A boiler repair needs skills, is offered to two vendors first, and is completed with a photo and the PIN. */
async function business({ apiClient }: TestEnvironment) {
  const admin = await apiClient('admin@example.com')
  const [service] = await servicesOf(admin)
  assert.ok(service)
  await admin.patch(`/services/${service.id}`, Service, {
    skills: ['gas'],
    offers: { to: 'least_busy', count: 2, seconds: 120 },
    proof: { photos: 1, pin: true },
  })
  const skillsOf = (id: string, skills: string[]) => admin.patch(`/users/${id}`, User, { skills })
  const vendor = async (name: string, skills: string[]) => {
    const email = `${name.toLowerCase()}@example.com`
    const { id } = await admin.post('/users', User, { name, email, password, role: 'vendor' })
    await skillsOf(id, skills)
    return email
  }
  await skillsOf((await apiClient('vendor@example.com')).user.id, ['gas'])
  // Is not at work, so is asked after the two who are.
  await vendor('Cleo', ['gas'])
  return { admin, service, able: await vendor('Ben', ['gas']), unable: await vendor('Dan', ['height']) }
}

/** Drives to the house with the messages of the app OwnTracks; resolves at the arrival. */
async function drive({ mqttPort }: TestEnvironment, token: string): Promise<void> {
  const way = ['52.5003,13.4012', `${house.lat},${house.lng}`]
  const child = spawn('node', ['scripts/examples/owntracks.mjs', `mqtt://127.0.0.1:${mqttPort}`, ...way], {
    // oxlint-disable-next-line node/no-process-env -- the child's environment
    env: { PATH: process.env.PATH, DEVICE_TOKEN: token, SPEED: '1800', EVERY: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  assert.is(code, 0)
}

test('a call becomes an order that is corrected, offered, driven, watched, proved offline, paid, rated and counted', async ({
  environment,
}) => {
  const { admin: boss, service, able, unable } = await business(environment)
  const admin = await environment.signedInPage('admin@example.com', desk)
  const ana = await environment.signedInPage('vendor@example.com', phone, { touch: true })
  const ben = await environment.signedInPage(able, phone, { touch: true, password })
  const dan = await environment.signedInPage(unable, phone, { touch: true, password })
  const dialog = admin.getByRole('dialog')

  // The call.
  await admin.goto(environment.url)
  await admin.getByRole('button', { name: texts.newOrder.open }).click()
  await dialog.getByLabel(texts.common.phone).fill('030 5550177')
  await dialog.getByLabel(texts.common.name, { exact: true }).fill('Mia Klein')
  await dialog.getByLabel(texts.common.address).fill(address)
  await dialog.getByLabel(texts.common.service).selectOption(service.id)
  await dialog.getByRole('button', { name: containing(texts.newOrder.place) }).click()
  await dialog.waitFor({ state: 'detached' })
  const [order] = (await boss.get('/orders?limit=1', OrderList)).orders
  assert.ok(order)
  const own = `[data-order-id="${order.id}"]`

  // Two able vendors are asked, the third is not.
  const cards = [ana, ben].map((page) => page.locator(`li${own}`))
  for (const card of cards) await card.getByRole('timer').waitFor()
  assert.is(await dan.locator('[data-order-id]').count(), 0)

  // Corrected: the vendors who are asked see it at once.
  await boss.patch(`/orders/${order.id}`, Order, { contact: house })
  await admin.goto(`${environment.url}/?order=${order.id}`)
  await admin.getByRole('button', { name: texts.correct.open, exact: true }).click()
  await dialog.getByLabel(texts.common.notes).fill('The boiler in the cellar')
  await dialog.getByRole('button', { name: texts.correct.save, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  for (const card of cards) await card.getByText(containing('The boiler in the cellar')).first().waitFor()

  // Accepted in at most two taps.
  let taps = 0
  const tap = (button: Locator) => (taps++, button.tap())
  await tap(ana.locator(`li${own}`).getByRole('button', { name: actions.accept, exact: true }))
  await ana.waitForSelector(`${own}[data-status="accepted"]`)
  assert.ok(taps <= 2, `${taps} taps`)
  await ben.locator(`li${own}`).getByText(texts.orders.leaving.taken).waitFor()

  // A person without an account watches by the link.
  await admin.getByRole('button', { name: texts.tracking.copy }).click()
  const link = (await dialog.getByRole('code').textContent()) ?? ''
  const person = await environment.newPage(phone)
  await person.goto(`${environment.url}/t/${new URL(link).hash}`)
  await person.locator('article[data-status="accepted"]').waitFor()
  await admin.keyboard.press('Escape')

  // The drive: positions from the app OwnTracks.
  await ana.goto(`${environment.url}/orders/${order.id}`)
  await ana.getByRole('button', { name: actions.set_off, exact: true }).click()
  await person.locator('article[data-status="on_the_way"]').waitFor()
  const vendor = await environment.apiClient('vendor@example.com')
  const { token } = await vendor.post('/devices', NewDevice, { name: 'Phone' })
  const arrived = drive(environment, token)
  await person.locator('[data-map]').waitFor({ timeout: 15_000 })
  await person.getByRole('heading', { name: /\bmin\b/ }).waitFor({ timeout: 15_000 })
  await arrived
  await ana.getByRole('button', { name: actions.start_work, exact: true }).click()
  await person.locator('article[data-status="in_progress"]').waitFor()
  await person.locator('[data-map]').waitFor({ state: 'detached' })
  const pin = /\d{4}/.exec(await person.locator('[data-pin]').innerText())?.[0] ?? ''

  // Proved without a network, in a cellar: nothing is lost, and it is sent once there is one again.
  await ana.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await ana.context().setOffline(true)
  const camera = ana.waitForEvent('filechooser')
  await ana.getByRole('button', { name: actions.complete, exact: true }).click()
  const completion = ana.getByRole('dialog')
  const chooser = await Promise.race([
    camera,
    completion
      .getByText(texts.files.take, { exact: true })
      .click()
      .then(() => camera),
  ])
  await chooser.setFiles(await photoFile('boiler.jpg'))
  await completion.locator('[data-draft] img').waitFor()
  await completion.getByLabel(texts.proof.pin).fill(pin)
  await completion.getByRole('button', { name: actions.complete, exact: true }).click()
  await completion.waitFor({ state: 'detached' })
  assert.is((await boss.get(`/orders/${order.id}`, Order)).status, 'in_progress')
  await ana.context().setOffline(false)
  await person.locator('article[data-status="completed"]').waitFor({ timeout: 20_000 })
  await person.locator('[data-picture] img').first().waitFor()

  // Paid in cash, and rated by the link.
  await ana.getByRole('button', { name: texts.payments.paidCash }).click()
  await ana.getByRole('dialog').getByRole('button', { name: texts.payments.paidCash }).click()
  await person.locator('[data-payment="paid"]').waitFor()
  const rating = person.locator('[data-rating]')
  await rating.getByRole('radio', { name: texts.ratings.stars(1) }).focus()
  await person.keyboard.press('Space')
  for (let n = 0; n < 4; n++) await person.keyboard.press('ArrowRight')
  await rating.getByLabel(containing(texts.ratings.text)).fill('Warm again')
  await rating.getByRole('button', { name: texts.ratings.send }).click()
  await rating.locator('[data-stars="5"]').waitFor()
  await ana.locator('[data-rating]', { hasText: 'Warm again' }).waitFor()

  // Counted.
  await admin.getByRole('link', { name: texts.figures.title }).click()
  const total = (name: keyof typeof texts.figures.totals) => admin.locator(`[data-total=${name}] dd`).first()
  await total('completed').filter({ hasText: '1' }).waitFor()
  await total('revenue')
    .filter({ hasText: String(order.totalAmount / 100) })
    .waitFor()
  await admin.locator('[data-average="5"]').waitFor()

  // Every step is a version of the order, none was lost or doubled.
  const { history, version } = await boss.get(`/orders/${order.id}`, Order)
  assert.is(history.length, version)
  assert.equal(
    history.flatMap(({ changed = [] }) => changed.map(({ field }) => field)),
    ['position', 'notes', 'files', 'payment', 'rating'],
  )
  for (const page of [admin, ana, ben, dan, person]) await page.context().close()
})

test.run()
