import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { placeOrder, setStatus, signIn as signInByRest } from './api.ts'
import { createSampleData, type Credentials } from './sample-data.ts'

/*
 * Every page and state at 360 and 1280 px, light and dark, into screenshots/:
 *
 *   npx tsx client/e2e/screenshots.ts --base http://127.0.0.1:3000 --admin … --vendor … --customer … [--only admin]
 *
 * Run it against a fresh server: the empty states are taken first, then a day's orders are made.
 */
const { values } = parseArgs({
  options: {
    base: { type: 'string', default: 'http://127.0.0.1:3000' },
    admin: { type: 'string', default: '' },
    vendor: { type: 'string', default: '' },
    customer: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: 'screenshots' },
  },
})
const { base, only, out, ...passwords } = values
const credentials: Credentials = passwords
const looks = [
  { width: 360, height: 740, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
] as const
type Look = (typeof looks)[number]
const flags =
  '--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking --disable-component-update --disable-sync --no-first-run'

type Role = keyof Credentials
type Shot = (name: string) => Promise<void>
type Tour = (page: Page, shot: Shot, context: BrowserContext) => Promise<void>

const live = (page: Page) => page.waitForFunction(() => document.documentElement.dataset.live === 'live')

async function signIn(page: Page, role: Role): Promise<void> {
  await page.goto(base)
  await page.getByLabel('E-mail').fill(`${role}@example.com`)
  await page.getByLabel('Password', { exact: true }).fill(credentials[role])
  await page.getByRole('button', { name: 'Sign in' }).click()
  await live(page)
}

/** What went wrong on the way: every tour is walked to the end all the same, then all of it is told. */
const failures: string[] = []

async function visit(browser: Browser, name: string, tour: Tour): Promise<void> {
  if (only && !name.includes(only)) return
  for (const look of looks) await visitAs(browser, name, look, tour)
  console.log(name)
}

async function visitAs(
  browser: Browser,
  name: string,
  { width, height, colorScheme }: Look,
  tour: Tour,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const failed = (what: unknown) => failures.push(`${name} ${width} ${colorScheme}: ${String(what)}`)
  // Refused requests are part of some tours; what the page may not do at all, or does not survive, never is.
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) failed(message.text())
  })
  page.on('pageerror', failed)
  page.setDefaultTimeout(8_000)
  await tour(
    page,
    async (state) => {
      // What is being drawn, drawn to its end.
      await page.evaluate(async () => {
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
        await Promise.all(document.getAnimations().map((animation) => animation.finished))
      })
      await page.screenshot({ path: `${out}/${name}-${state}-${width}-${colorScheme}.png` })
    },
    context,
  ).catch(failed)
  await context.close()
}

/** Goes to another page as a click on a link does, without loading the app again. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
  await page.waitForTimeout(250)
}

const signInPages: Tour = async (page, shot) => {
  await page.goto(`${base}/sign-in`)
  await page.getByLabel('E-mail').waitFor()
  await shot('blank')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await shot('missing')
  await page.getByLabel('E-mail').fill('nobody@example.com')
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('is wrong').waitFor()
  await shot('wrong')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Your name').waitFor()
  await shot('register')
}

const emptyCustomer: Tour = async (page, shot) => {
  await signIn(page, 'customer')
  await page.getByText('What do you need?').waitFor()
  await shot('home')
  await go(page, '/orders')
  await shot('history')
  await go(page, '/checkout')
  await shot('checkout')
}

const emptyVendor: Tour = async (page, shot) => {
  await signIn(page, 'vendor')
  await shot('offers')
  await go(page, '/jobs')
  await shot('jobs')
}

const emptyAdmin: Tour = async (page, shot) => {
  await signIn(page, 'admin')
  await shot('desk')
}

const customer =
  (trackable: string[]): Tour =>
  async (page, shot) => {
    await signIn(page, 'customer')
    await page.getByRole('button', { name: /^Add / }).first().click()
    await page.getByRole('button', { name: /^Add / }).nth(2).click()
    await page.getByRole('button', { name: 'One more' }).first().click()
    await shot('home')
    await page.getByRole('link', { name: 'Order now' }).click()
    await page.getByText('Pick a time').click()
    await page.getByRole('button', { name: /^Place order/ }).click()
    await shot('checkout-top')
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await shot('checkout-errors')
    await go(page, '/orders')
    await shot('history')
    for (const [index, id] of trackable.entries()) {
      await go(page, `/orders/${id}`)
      await page.locator(`[data-order-id="${id}"]`).waitFor()
      await page.evaluate(() => scrollTo(0, 0))
      await shot(`tracking-${['waiting', 'released', 'moving', 'done', 'cancelled'][index]}`)
    }
    await go(page, `/orders/${trackable[0]}`)
    await page.getByRole('button', { name: 'Cancel order' }).click()
    await shot('cancel-dialog')
    await page.keyboard.press('Escape')
    await go(page, '/orders/nosuchorder')
    await shot('tracking-missing')
    await page.getByRole('button', { name: /^Account/ }).click()
    await shot('menu')
  }

const vendor: Tour = async (page, shot) => {
  await signIn(page, 'vendor')
  await page.locator('[data-order-id]').first().waitFor()
  await shot('offers')
  await page.getByRole('button', { name: 'Decline' }).first().click()
  await page.getByRole('button', { name: 'Too far away' }).click()
  await shot('decline-dialog')
  await page.keyboard.press('Escape')
  await go(page, '/jobs')
  await shot('jobs')
  await go(page, '/finished')
  await shot('finished')
  await go(page, '/devices')
  await page
    .getByText('No devices yet')
    .or(page.getByRole('button', { name: /^Revoke/ }).first())
    .first()
    .waitFor()
  await shot('devices-before')
  await page.getByRole('button', { name: 'Add a device' }).click()
  await page.getByLabel('Name').fill('Christopher’s tablet in the second van')
  await shot('device-add')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('it will not be shown again').waitFor()
  await shot('device-token')
  await page
    .getByRole('button', { name: /^Revoke/ })
    .first()
    .click()
  await shot('device-revoke')
  await page.getByRole('button', { name: 'Revoke', exact: true }).last().click()
  await page.getByRole('button', { name: /^Account/ }).click()
  await shot('menu')
}

const admin: Tour = async (page, shot) => {
  await signIn(page, 'admin')
  await page.locator('[data-order-id]').first().waitFor()
  // Something has to change for the page to say how long that took.
  await placeOrder(await signInByRest(base, 'customer@example.com', credentials.customer))
  await page.getByText(/ ms$/).first().waitFor({ state: 'attached' })
  await shot('desk')
  await page.locator('tr[data-status="on_the_way"]').first().click()
  await page.getByText('History').waitFor()
  await shot('selected')
  await page.getByRole('button', { name: 'Reassign' }).click()
  await shot('assign-dialog')
  await page.keyboard.press('Escape')
  await go(page, '/')
  await page.getByLabel('Search orders').fill('zzz')
  await page.getByText('Nothing found').waitFor()
  await shot('nothing-found')
  await page.getByLabel('Search orders').fill('')
  const vendors = page.getByText('Vendors', { exact: true }).first()
  if ((page.viewportSize()?.width ?? 0) < 1000) {
    await vendors.click()
    await shot('vendors')
  }
  await go(page, '/users')
  await shot('users')
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await shot('add-person')
  await page.keyboard.press('Escape')
  await go(page, '/services')
  await shot('services')
  await page.getByRole('button', { name: /^Edit/ }).first().click()
  await shot('edit-service')
}

/** No answers and no connection: what was last known stays, what was never known says so. */
const offline: Tour = async (page, shot) => {
  await page.routeWebSocket(/\/mqtt$/, (socket) => {
    const server = socket.connectToServer()
    page.once('close', () => server.close())
    offlineNow = () => socket.close()
  })
  let offlineNow: () => unknown = () => {}
  await signIn(page, 'vendor')
  await page.routeWebSocket(/\/mqtt$/, (socket) => void socket.close())
  await page.route('**/api/**', (route) => route.abort())
  await Promise.resolve(offlineNow())
  await page.waitForFunction(() => document.documentElement.dataset.live === 'offline')
  await shot('offers')
  const offer = page.locator('[data-order-id]').first()
  const id = await offer.getAttribute('data-order-id')
  await offer.getByRole('button', { name: 'Accept' }).click()
  const accepted = page.locator(`[data-order-id="${id}"]`)
  await accepted.getByRole('button', { name: 'I’m on my way' }).click()
  await accepted.getByText('Waits to be sent').waitFor()
  await accepted.scrollIntoViewIfNeeded()
  await shot('steps-wait')
  await go(page, '/finished')
  await page.getByRole('button', { name: 'Retry' }).waitFor()
  await shot('finished-failed')

  const boss = await signInByRest(base, 'admin@example.com', credentials.admin)
  await setStatus(boss, { id: id ?? '' }, 'cancelled', { reason: 'The customer called' })
  await go(page, '/jobs')
  await page.unrouteAll()
  await page.getByText('changed while you were away').waitFor()
  await page.evaluate(() => scrollTo(0, 0))
  await shot('conflict')
}

/** An order that cannot be sent yet. */
const offlineCheckout: Tour = async (page, shot) => {
  await signIn(page, 'customer')
  await page.getByRole('button', { name: /^Add / }).first().click()
  await page.getByRole('link', { name: 'Order now' }).click()
  await page.getByLabel('Address').fill('14 Harbour Lane, 2nd floor')
  await page.getByLabel('Phone').fill('+49 711 555 0123')
  await page.route('**/api/**', (route) => route.abort())
  await page.getByRole('button', { name: /^Place order/ }).click()
  await page.getByText('can’t be reached').waitFor()
  await shot('waits')
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Nothing is lost').waitFor()
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags.split(' ') })
mkdirSync(out, { recursive: true })
await visit(browser, 'sign-in', signInPages)
await visit(browser, 'empty-customer', emptyCustomer)
await visit(browser, 'empty-vendor', emptyVendor)
await visit(browser, 'empty-admin', emptyAdmin)
const { trackable } = await createSampleData(base, credentials)
await visit(browser, 'customer', customer(trackable))
await visit(browser, 'vendor', vendor)
await visit(browser, 'admin', admin)
await visit(browser, 'offline', offline)
await visit(browser, 'offline-checkout', offlineCheckout)
await browser.close()
for (const failure of failures) console.error(failure)
process.exitCode = failures.length > 0 ? 1 : 0
