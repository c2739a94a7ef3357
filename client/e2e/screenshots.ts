import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chromium, type Browser, type Page } from 'playwright-core'
import { accountWalks } from './account-walks.ts'
import { placeOrder, setStatus, signIn as signInByRest } from './api.ts'
import { dictionaries, locales, containing, type Language } from './languages.ts'
import { moreWalks } from './more-screenshots.ts'
import { createSampleData, type Credentials } from './sample-data.ts'
import { createVisitor, go, press, type Walk } from './walks.ts'

/*
 * Takes screenshots of all pages and states at 360 and 1280 px, light and dark, into screenshots/:
 *
 *   npx tsx client/e2e/screenshots.ts --base http://127.0.0.1:3000 --admin … --vendor … --customer … [--only admin]
 *   [--language de] [--widths 360,768,1280,1920] [--themes light] [--text 200] [--all]
 *
 * --text: the size of text in percent. --all: on a tall screen, and more states (more-screenshots.ts).
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
    widths: { type: 'string', default: '360,1280' },
    themes: { type: 'string', default: 'light,dark' },
    text: { type: 'string', default: '100' },
    all: { type: 'boolean', default: false },
  },
})
const { base, only, out, language: wanted, widths, themes, text: textSize, all, ...passwords } = values
const language: Language = wanted === 'de' ? 'de' : 'en'
const texts = dictionaries[language]
const credentials: Credentials = passwords
interface Size {
  width: number
  height: number
}
const heights: Record<number, number> = { 360: 740, 768: 1024, 1280: 800, 1920: 1080 }
const sizes = widths
  .split(',')
  .map(Number)
  .map((width): Size => ({ width, height: (!all && heights[width]) || 1_600 }))
const colorSchemes = (['light', 'dark'] as const).filter((theme) => themes.includes(theme))
const flags =
  '--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking --disable-component-update --disable-sync --no-first-run'

const { signIn, openMenu } = createVisitor({ base, credentials, texts })

/** Errors of all walks. A failed walk does not stop the others; all errors are printed at the end. */
const failures: string[] = []

async function visit(browser: Browser, name: string, walk: Walk): Promise<void> {
  if (only && !name.includes(only)) return
  for (const size of sizes) await visitIn(browser, name, size, walk)
  console.log(name)
}

/** One walk, with a screenshot of each state in each theme. */
async function visitIn(browser: Browser, name: string, viewport: Size, walk: Walk): Promise<void> {
  const { width } = viewport
  const context = await browser.newContext({
    viewport,
    reducedMotion: 'reduce',
    locale: language === 'en' ? 'en-GB' : locales[language],
  })
  if (textSize !== '100') {
    await context.addInitScript((percent) => {
      addEventListener('DOMContentLoaded', () => document.documentElement.style.setProperty('font-size', `${percent}%`))
    }, textSize)
  }
  const page = await context.newPage()
  const failed = (what: unknown) => failures.push(`${name} ${width}: ${String(what)}`)
  // Some walks provoke refused requests. A violation of the Content-Security-Policy or an uncaught error is a failure.
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) failed(message.text())
  })
  page.on('pageerror', failed)
  page.setDefaultTimeout(8_000)
  await walk(
    page,
    async (state) => {
      for (const colorScheme of colorSchemes) {
        await page.emulateMedia({ colorScheme })
        await settled(page)
        await page.screenshot({ path: `${out}/${name}-${state}-${width}-${colorScheme}.png` })
      }
    },
    context,
  ).catch(async (problem: unknown) => {
    // What the page showed instead of what the walk waited for.
    const shown = await page.locator('body').innerText()
    failed(`${String(problem)}\n${page.url()}\n${shown.replace(/\s+/g, ' ').slice(0, 600)}`)
    await page.screenshot({ path: `${out}/failed-${name}-${width}.png` })
  })
  await context.close()
}

/** Resolves when rendering and animations are finished. One whose element goes away is cancelled, and rejects. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
  })

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
    await press(page.getByRole('button', { name: texts.customer.cancelOrder }), page.getByRole('dialog'))
    await shot('cancel-dialog')
    await page.keyboard.press('Escape')
    await go(page, '/orders/nosuchorder')
    await shot('tracking-missing')
    await openMenu(page)
    await shot('menu')
  }

const vendor: Walk = async (page, shot) => {
  await signIn(page, 'vendor')
  await page.locator('[data-order-id]').first().waitFor()
  await shot('offers')
  await press(page.getByRole('button', { name: texts.dispatch.declineWithReason }).first(), page.getByRole('dialog'))
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
  await press(page.getByRole('button', { name: texts.common.addDevice }), page.getByRole('dialog'))
  await page.getByLabel(texts.common.name, { exact: true }).fill('Christopher’s tablet in the second van')
  await shot('device-add')
  await page.getByRole('button', { name: texts.common.add, exact: true }).click()
  await page.getByText(texts.devices.tokenOnce).waitFor()
  await shot('device-token')
  const dialog = page.getByRole('dialog')
  await press(page.getByRole('button', { name: containing(texts.devices.revokeNamed('')) }).first(), dialog)
  await shot('device-revoke')
  await press(dialog.getByRole('button', { name: texts.common.revoke, exact: true }), dialog, 'hidden')
  await openMenu(page)
  await shot('menu')
}

const admin: Walk = async (page, shot) => {
  await signIn(page, 'admin')
  await page.locator('[data-order-id]').first().waitFor()
  // The page shows a latency after the first change.
  await placeOrder(await signInByRest(base, 'customer@example.com', credentials.customer))
  await page.getByText(/ ms$/).first().waitFor({ state: 'attached' })
  await shot('desk')
  await press(
    page.locator('tr[data-status="on_the_way"]').first(),
    page.getByText(texts.common.history, { exact: true }),
  )
  await shot('selected')
  await press(page.getByRole('button', { name: texts.admin.reassign }), page.getByRole('dialog'))
  await shot('assign-dialog')
  await page.keyboard.press('Escape')
  await go(page, '/')
  // Numbers of orders are random, without the letters O and U.
  await page.getByLabel(texts.admin.search).fill('unfound')
  await page.getByText(texts.admin.nothingFound('unfound')).waitFor()
  await shot('nothing-found')
  await page.getByLabel(texts.admin.search).fill('')
  const vendors = page.getByText(texts.common.vendors, { exact: true }).first()
  if ((page.viewportSize()?.width ?? 0) < 1000) {
    await vendors.click()
    await shot('vendors')
  }
  await go(page, '/users')
  await shot('users')
  await press(page.getByRole('button', { name: texts.common.addPerson }), page.getByRole('dialog'))
  await page.getByRole('button', { name: texts.invitations.invite, exact: true }).click()
  await shot('add-person')
  await page.keyboard.press('Escape')
  await go(page, '/services')
  await shot('services')
  await press(page.getByRole('button', { name: containing(texts.admin.edit('')) }).first(), page.getByRole('dialog'))
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
  const accepted = page.locator(`[data-order-id="${id}"]`)
  const setOff = accepted.getByRole('button', { name: texts.orders.actions.set_off })
  await press(offer.getByRole('button', { name: texts.orders.actions.accept }), setOff)
  await press(setOff, accepted.getByText(texts.vendor.waitsToBeSent))
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
const { trackable, job } = await createSampleData(base, credentials)
await visit(browser, 'customer', customer(trackable))
await visit(browser, 'vendor', vendor)
await visit(browser, 'admin', admin)
await visit(browser, 'offline', offline)
await visit(browser, 'offline-checkout', offlineCheckout)
if (all) {
  const walks = {
    ...moreWalks({ base, credentials, texts, trackable, job }),
    ...accountWalks({ base, credentials, texts, job }),
  }
  for (const [name, walk] of Object.entries(walks)) await visit(browser, name, walk)
}
await browser.close()
for (const failure of failures) console.error(failure)
process.exitCode = failures.length > 0 ? 1 : 0
