import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as z from 'zod/mini'
import { NewDevice } from '#shared/devices.ts'
import { Order } from '#shared/orders.ts'
import { TrackingLink } from '#shared/tracking.ts'
import { VendorPath } from '#shared/vendor-positions.ts'
import { problemsOf } from './accessibility.ts'
import { servicesOf, setStatus, type ApiClient } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('where')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off' })
})
test.after(({ environment }) => environment.close())

const [phone, desk] = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
]
const { where, sharing, orders, common, ownTracks } = dictionaries.en
const [customerMail, vendorMail, adminMail] = ['customer@example.com', 'vendor@example.com', 'admin@example.com']
const goal = { lat: 52.5163, lng: 13.3777 }

// oxlint-disable-next-line node/no-process-env -- where to put pictures of the pages, for a person to look at
const pictures = process.env.PICTURES
async function picture(page: Page, name: string) {
  if (!pictures) return
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: `${pictures}/${name}.png` })
}

const isAt = (page: Page, latitude: number, longitude: number) =>
  page.context().setGeolocation({ latitude, longitude, accuracy: 8 })

async function ordered(customer: ApiClient, at = goal): Promise<Order> {
  const [service] = await servicesOf(customer)
  return customer.post('/orders', Order, {
    items: [{ serviceId: service?.id, quantity: 1 }],
    contact: { phone: '+49 30 5550177', address: 'Pariser Platz 1, Berlin', ...at },
  })
}

test('the vendor is asked once, the customer and a tracking link see them come, and it ends at the arrival', async ({
  environment,
}) => {
  const [mine, theirs, admins] = [
    await environment.apiClient(customerMail),
    await environment.apiClient(vendorMail),
    await environment.apiClient(adminMail),
  ]
  const order = await ordered(mine)
  await setStatus(theirs, order, 'accepted')
  const vendor = await environment.signedInPage(vendorMail, phone)
  await vendor.context().grantPermissions(['geolocation'])
  await isAt(vendor, 52.5003, 13.4112)
  const customer = await environment.signedInPage(customerMail, phone)
  await customer.goto(`${environment.url}/orders/${order.id}`)
  const { token } = await mine.post(`/orders/${order.id}/tracking`, TrackingLink, {})
  const guest = await environment.newPage(phone)
  await guest.goto(`${environment.url}/t/#${token}`)
  await guest.waitForSelector('html[data-live="live"]')
  for (const page of [customer, guest]) assert.is(await page.locator('[data-map]').count(), 0)

  await vendor.goto(`${environment.url}/jobs`)
  assert.is(await vendor.locator('[data-sharing]').count(), 0, 'not before setting off')
  await vendor.getByRole('button', { name: orders.actions.set_off }).click()
  await vendor.locator('[data-sharing="ask"]').waitFor()
  await picture(vendor, 'vendor-asked')
  const path = () => admins.get(`/vendors/${theirs.user.id}/positions`, VendorPath)
  assert.equal((await path()).positions, [], 'nothing is sent before the answer')
  await vendor.getByRole('button', { name: sharing.share }).click()
  await vendor.locator('[data-sharing="shared"]').waitFor()
  assert.equal(await problemsOf(vendor), [])
  await picture(vendor, 'vendor-sharing')

  for (const page of [customer, guest]) {
    await page.locator('[data-map] [data-marker="vendor"]').waitFor()
    await page.locator('[data-map] [data-marker="order"]').waitFor()
    // "Demo Vendor is on the way, 5–15 min."
    await page.getByRole('heading', { name: /is on the way, (\d+–\d+|about \d+|within \d+) min/ }).waitFor()
    assert.equal(await problemsOf(page), [])
  }
  await picture(customer, 'customer')
  const sentence = await customer.getByRole('heading', { level: 1 }).textContent()

  // On the way: both pages follow, without a reload.
  await isAt(vendor, 52.5155, 13.3795)
  for (const page of [customer, guest]) {
    await page.getByRole('heading', { name: /, (within \d|a minute away|about \d)/ }).waitFor({ timeout: 10_000 })
    assert.is.not(await page.getByRole('heading', { level: 1 }).textContent(), sentence)
  }

  // Another drive does not ask again; Stop ends it at once.
  await vendor.reload()
  await vendor.locator('[data-sharing="shared"]').waitFor()
  await vendor.getByRole('button', { name: sharing.stop }).click()
  await vendor.locator('[data-sharing="off"]').waitFor()
  const kept = (await path()).positions.length
  await isAt(vendor, 52.516, 13.378)
  await vendor.getByRole('button', { name: sharing.share }).click()
  await vendor.locator('[data-sharing="shared"]').waitFor()
  assert.ok((await path()).positions.length >= kept)
  await vendor.getByRole('button', { name: orders.actions.start_work }).click()
  await vendor.locator('[data-sharing]').waitFor({ state: 'detached' })
  for (const page of [customer, guest]) {
    await page.locator('article[data-status="in_progress"]').waitFor()
    assert.is(await page.locator('[data-map]').count(), 0, 'no map after the arrival')
  }
  for (const page of [vendor, customer, guest]) await page.context().close()
})

test('a browser that may not say where it is gets an explanation, and a way to try again', async ({ environment }) => {
  const [mine, theirs] = [await environment.apiClient(customerMail), await environment.apiClient(vendorMail)]
  const order = await ordered(mine)
  for (const status of ['accepted', 'on_the_way'] as const) await setStatus(theirs, order, status)
  const vendor = await environment.signedInPage(vendorMail, phone)
  // Headless Chromium denies what is not granted.
  await vendor.getByRole('button', { name: sharing.share }).click()
  await vendor.getByText(sharing.denied).waitFor()
  await picture(vendor, 'vendor-denied')
  await vendor.context().grantPermissions(['geolocation'])
  await isAt(vendor, 52.5, 13.4)
  await vendor.getByRole('button', { name: common.retry }).click()
  await vendor.locator('[data-sharing="shared"]').waitFor()
  await vendor.context().close()
})

test('a phone with OwnTracks: settings by QR code; admins see it drive on the map, with the way and the arrival', async ({
  environment,
}) => {
  const [mine, theirs] = [await environment.apiClient(customerMail), await environment.apiClient(vendorMail)]
  const page = await environment.signedInPage(vendorMail, phone)
  await page.goto(`${environment.url}/devices`)
  await page.getByRole('button', { name: common.addDevice }).first().click()
  await page.getByLabel(common.name).fill('Van phone')
  const [created] = await Promise.all([
    page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().endsWith('/api/devices'),
    ),
    page.getByRole('dialog').getByRole('button', { name: common.add, exact: true }).click(),
  ])
  const { token } = NewDevice.parse(await created.json())
  await page.getByText(ownTracks.title).click()
  await page.getByRole('img', { name: ownTracks.qrCode }).waitFor()
  const link = await page.getByRole('link', { name: ownTracks.open }).getAttribute('href')
  const Settings = z.object({ _type: z.string(), host: z.string(), port: z.int(), password: z.string() })
  const settings = Settings.parse(JSON.parse(atob(new URL(link ?? '').searchParams.get('inline') ?? '')))
  assert.equal(settings, {
    _type: 'configuration',
    host: '127.0.0.1',
    port: Number(environment.mqttPort),
    password: token,
  })
  assert.equal(await problemsOf(page), [])
  await picture(page, 'own-tracks')
  await page.context().close()

  const order = await ordered(mine, { lat: 52.524, lng: 13.369 })
  for (const status of ['accepted', 'on_the_way'] as const) await setStatus(theirs, order, status)
  const admin = await environment.signedInPage(adminMail, desk)
  await admin.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' })
  await admin.keyboard.press('4')
  await admin.locator('[data-map] [data-marker="order"]').first().waitFor()
  assert.match(admin.url(), /view=map/)
  // oxlint-disable-next-line node/no-process-env -- of the child
  const env = { ...process.env, DEVICE_TOKEN: settings.password, SPEED: '600', EVERY: '1' }
  const drive = ['52.5003,13.4112', '52.5080,13.3950', '52.5110,13.3850']
  const van = spawn('node', ['scripts/examples/owntracks.mjs', `mqtt://${settings.host}:${settings.port}`, ...drive], {
    env,
    stdio: 'ignore',
  })
  const chip = admin.locator(`[data-map-vendor="${theirs.user.id}"]`)
  await chip.waitFor({ timeout: 15_000 })
  await chip.click()
  await admin.locator('[data-map] polyline').first().waitFor({ state: 'attached' })
  await admin.waitForFunction(
    () => (document.querySelector('[data-map] polyline')?.getAttribute('points')?.split(' ').length ?? 0) > 3,
    undefined,
    { timeout: 20_000 },
  )
  assert.equal(await problemsOf(admin), [])
  await picture(admin, 'desk-map')
  await admin.locator('[data-map] [data-marker="order"]', { hasText: order.number }).getByRole('button').click()
  const pane = admin.locator(`article[data-order-id="${order.id}"]`)
  await pane.getByText(containing(`${where.arrives}: `)).waitFor()
  await pane
    .getByRole('region', { name: containing(where.map('').trim().split(' ')[0] ?? '') })
    .first()
    .waitFor()
  await picture(admin, 'order-pane')
  van.kill()
  await admin.keyboard.press('1')
  await admin.locator('table').first().waitFor()
  await admin.context().close()
})

test.run()
