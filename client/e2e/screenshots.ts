import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { placeOrder, setStatus, signIn as signInByRest } from './api.ts'
import { dictionaries, locales, containing, type Language } from './languages.ts'
import { createSampleData, type Credentials } from './sample-data.ts'

/*
 * Takes screenshots of all pages and states at 360 and 1280 px, light and dark, into screenshots/:
 *
 *   npx tsx client/e2e/screenshots.ts --base http://127.0.0.1:3000 --admin … --vendor … --customer … [--only admin]
 *   [--language de]
 *
 * Run it against a fresh server: it takes the empty states first, then creates orders.
 */
const { values } = parseArgs({
  options: {
    base: { type: 'string', default: 'http://127.0.0.1:3000' },
    admin: { type: 'string', default: '' },
    vendor: { type: 'string', default: '' },
    customer: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: 'screenshots' },
    language: { type: 'string', default: 'en' },
  },
})
const { base, only, out, language: wanted, ...passwords } = values
const language: Language = wanted === 'de' ? 'de' : 'en'
const texts = dictionaries[language]
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
type Walk = (page: Page, shot: Shot, context: BrowserContext) => Promise<void>

const live = (page: Page) => page.waitForFunction(() => document.documentElement.dataset.live === 'live')

async function signIn(page: Page, role: Role): Promise<void> {
  await page.goto(base)
  await page.getByLabel(texts.common.email).fill(`${role}@example.com`)
  await page.getByLabel(texts.common.password, { exact: true }).fill(credentials[role])
  await page.getByRole('button', { name: texts.common.signIn }).click()
  await live(page)
}

/** Errors of all walks. A failed walk does not stop the others; all errors are printed at the end. */
const failures: string[] = []

async function visit(browser: Browser, name: string, walk: Walk): Promise<void> {
  if (only && !name.includes(only)) return
  for (const look of looks) await visitAs(browser, name, look, walk)
  console.log(name)
}

async function visitAs(
  browser: Browser,
  name: string,
  { width, height, colorScheme }: Look,
  walk: Walk,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
    locale: language === 'en' ? 'en-GB' : locales[language],
  })
  const page = await context.newPage()
  const failed = (what: unknown) => failures.push(`${name} ${width} ${colorScheme}: ${String(what)}`)
  // Some walks provoke refused requests. A violation of the Content-Security-Policy or an uncaught error is a failure.
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) failed(message.text())
  })
  page.on('pageerror', failed)
  page.setDefaultTimeout(8_000)
  await walk(
    page,
    async (state) => {
      // Wait until rendering and animations are finished.
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

/** Navigates within the app, without a page load. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
  await page.waitForTimeout(250)
}

const signInPages: Walk = async (page, shot) => {
  await page.goto(`${base}/sign-in`)
  await page.getByLabel(texts.common.email).waitFor()
  await shot('blank')
  await page.getByRole('button', { name: texts.common.signIn }).click()
  await shot('missing')
  await page.getByLabel(texts.common.email).fill('unknown@example.com')
  await page.getByLabel(texts.common.password, { exact: true }).fill('not the password')
  await page.getByRole('button', { name: texts.common.signIn }).click()
  await page.getByText(texts.errors.bad_credentials).waitFor()
  await shot('wrong')
  await page.getByRole('link', { name: texts.common.createAccount }).click()
  await page.getByLabel(texts.auth.yourName).waitFor()
  await shot('register')
}

const emptyCustomer: Walk = async (page, shot) => {
  await signIn(page, 'customer')
  await page.getByText(texts.customer.question).waitFor()
  await shot('home')
  await go(page, '/orders')
  await shot('history')
  await go(page, '/checkout')
  await shot('checkout')
}

const emptyVendor: Walk = async (page, shot) => {
  await signIn(page, 'vendor')
  await shot('offers')
  await go(page, '/jobs')
  await shot('jobs')
}

const emptyAdmin: Walk = async (page, shot) => {
  await signIn(page, 'admin')
  await shot('desk')
}

const customer =
  (trackable: string[]): Walk =>
  async (page, shot) => {
    await signIn(page, 'customer')
    await page
      .getByRole('button', { name: containing(texts.customer.add('')) })
      .first()
      .click()
    await page
      .getByRole('button', { name: containing(texts.customer.add('')) })
      .nth(2)
      .click()
    await page.getByRole('button', { name: texts.components.oneMore }).first().click()
    await shot('home')
    await page.getByRole('link', { name: texts.customer.orderNow }).click()
    await page.getByText(texts.customer.pickTime).click()
    await page.getByRole('button', { name: containing(texts.customer.place('')) }).click()
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
    await page.getByRole('button', { name: texts.customer.cancelOrder }).click()
    await shot('cancel-dialog')
    await page.keyboard.press('Escape')
    await go(page, '/orders/nosuchorder')
    await shot('tracking-missing')
    await page.getByRole('button', { name: containing(texts.components.accountOf('')) }).click()
    await shot('menu')
  }

const vendor: Walk = async (page, shot) => {
  await signIn(page, 'vendor')
  await page.locator('[data-order-id]').first().waitFor()
  await shot('offers')
  await page.getByRole('button', { name: texts.orders.actions.decline }).first().click()
  await page.getByRole('button', { name: texts.orders.reasons.decline.distance }).click()
  await shot('decline-dialog')
  await page.keyboard.press('Escape')
  await go(page, '/jobs')
  await shot('jobs')
  await go(page, '/finished')
  await shot('finished')
  await go(page, '/devices')
  await page
    .getByText(texts.devices.empty)
    .or(page.getByRole('button', { name: containing(texts.devices.revokeNamed('')) }).first())
    .first()
    .waitFor()
  await shot('devices-before')
  await page.getByRole('button', { name: texts.common.addDevice }).click()
  await page.getByLabel(texts.common.name, { exact: true }).fill('Christopher’s tablet in the second van')
  await shot('device-add')
  await page.getByRole('button', { name: texts.common.add, exact: true }).click()
  await page.getByText(texts.devices.tokenOnce).waitFor()
  await shot('device-token')
  await page
    .getByRole('button', { name: containing(texts.devices.revokeNamed('')) })
    .first()
    .click()
  await shot('device-revoke')
  // The page ignores a press within 600 ms of a shift: the list of devices may just have moved.
  const dialog = page.getByRole('dialog')
  while (await dialog.isVisible()) {
    await dialog.getByRole('button', { name: texts.common.revoke, exact: true }).click()
    await dialog.waitFor({ state: 'hidden', timeout: 1_000 }).catch(() => {})
  }
  await page.getByRole('button', { name: containing(texts.components.accountOf('')) }).click()
  await shot('menu')
}

const admin: Walk = async (page, shot) => {
  await signIn(page, 'admin')
  await page.locator('[data-order-id]').first().waitFor()
  // The page shows a latency after the first change.
  await placeOrder(await signInByRest(base, 'customer@example.com', credentials.customer))
  await page.getByText(/ ms$/).first().waitFor({ state: 'attached' })
  await shot('desk')
  await page.locator('tr[data-status="on_the_way"]').first().click()
  await page.getByText(texts.common.history, { exact: true }).waitFor()
  await shot('selected')
  await page.getByRole('button', { name: texts.admin.reassign }).click()
  await shot('assign-dialog')
  await page.keyboard.press('Escape')
  await go(page, '/')
  await page.getByLabel(texts.admin.search).fill('zzz')
  await page.getByText(texts.admin.nothingFound('zzz')).waitFor()
  await shot('nothing-found')
  await page.getByLabel(texts.admin.search).fill('')
  const vendors = page.getByText(texts.common.vendors, { exact: true }).first()
  if ((page.viewportSize()?.width ?? 0) < 1000) {
    await vendors.click()
    await shot('vendors')
  }
  await go(page, '/users')
  await shot('users')
  await page.getByRole('button', { name: texts.common.addPerson }).click()
  await page.getByRole('button', { name: texts.common.add, exact: true }).click()
  await shot('add-person')
  await page.keyboard.press('Escape')
  await go(page, '/services')
  await shot('services')
  await page
    .getByRole('button', { name: containing(texts.admin.edit('')) })
    .first()
    .click()
  await shot('edit-service')
}

/** Without responses and without a connection: lists that were read stay, others show an error. */
const offline: Walk = async (page, shot) => {
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
  await offer.getByRole('button', { name: texts.orders.actions.accept }).click()
  const accepted = page.locator(`[data-order-id="${id}"]`)
  await accepted.getByRole('button', { name: texts.orders.actions.set_off }).click()
  await accepted.getByText(texts.vendor.waitsToBeSent).waitFor()
  await accepted.scrollIntoViewIfNeeded()
  await shot('steps-wait')
  await go(page, '/finished')
  await page.getByRole('button', { name: texts.common.retry }).waitFor()
  await shot('finished-failed')

  const boss = await signInByRest(base, 'admin@example.com', credentials.admin)
  await setStatus(boss, { id: id ?? '' }, 'cancelled', { reason: 'The customer called' })
  await go(page, '/jobs')
  await page.unrouteAll()
  await page.getByText(containing(texts.vendor.changedMeanwhile(''))).waitFor()
  await page.evaluate(() => scrollTo(0, 0))
  await shot('conflict')
}

/** An order that waits for the network. */
const offlineCheckout: Walk = async (page, shot) => {
  await signIn(page, 'customer')
  await page
    .getByRole('button', { name: containing(texts.customer.add('')) })
    .first()
    .click()
  await page.getByRole('link', { name: texts.customer.orderNow }).click()
  await page.getByLabel(texts.common.address).fill('14 Harbour Lane, 2nd floor')
  await page.getByLabel(texts.common.phone).fill('+49 711 555 0123')
  await page.route('**/api/**', (route) => route.abort())
  await page.getByRole('button', { name: containing(texts.customer.place('')) }).click()
  await page.getByText(texts.customer.waitsForNetwork).waitFor()
  await shot('waits')
  await page.getByRole('button', { name: texts.customer.stop }).click()
  await page.getByText(texts.errors.offline).waitFor()
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
