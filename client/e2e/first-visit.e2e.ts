import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('the first visit')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const { common } = dictionaries.en
const email = 'customer@example.com'

const emailField = (page: Page) => page.getByLabel(common.email)
const passwordField = (page: Page) => page.getByLabel(common.password, { exact: true })
const button = (page: Page) => page.getByRole('button', { name: common.signIn })

/** Holds the scripts back until it is called. */
async function holdScripts(page: Page): Promise<() => void> {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/assets/*.js', async (route) => {
    await released
    await route.continue()
  })
  return release
}

/** The scripts set the title once they handle all events. */
const usable = (page: Page) => page.waitForFunction(() => document.title.includes('·'))

test('what is typed and pressed before the scripts are there signs in, and never gets into an address', async ({
  environment,
}) => {
  const page = await environment.newPage(phone)
  const release = await holdScripts(page)
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  await page.goto(environment.url, { waitUntil: 'commit' })
  await emailField(page).fill(email)
  await passwordField(page).fill(environment.password(email))
  await button(page).click()
  release()
  await page.waitForSelector('html[data-live="live"]')
  assert.equal(
    addresses.filter((address) => address.includes('password')),
    [],
  )
  await page.context().close()
})

test('what is typed and chosen before the scripts are there stays', async ({ environment }) => {
  const page = await environment.newPage(phone)
  const release = await holdScripts(page)
  await page.goto(environment.url, { waitUntil: 'commit' })
  await emailField(page).fill('ana@')
  await passwordField(page).fill('secret')
  await page.getByLabel(common.language).selectOption('de')
  release()
  await page.getByRole('button', { name: dictionaries.de.common.signIn }).waitFor()
  assert.is(await page.getByLabel(dictionaries.de.common.email).inputValue(), 'ana@')
  assert.is(await page.getByLabel(dictionaries.de.common.password, { exact: true }).inputValue(), 'secret')
  await page.context().close()
})

test('the page of the HTML is the one that the scripts render, in each language', async ({ environment }) => {
  for (const language of ['en', 'de'] as const) {
    const page = await environment.newPage(phone, { language })
    const refused: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && refused.push(message.text())))
    const release = await holdScripts(page)
    const response = await page.goto(environment.url, { waitUntil: 'commit' })
    const { headers } = { headers: response?.headers() ?? {} }
    assert.match(headers['content-security-policy'] ?? '', /style-src 'self' 'sha256-/)
    assert.not.match(headers['content-security-policy'] ?? '', 'unsafe')
    assert.match(headers.vary ?? '', 'Accept-Language')
    await page.getByRole('heading', { name: dictionaries[language].common.signIn }).waitFor()
    const content = () =>
      page.locator('#app').evaluate((root) =>
        [...root.querySelectorAll('*')].map((element) => [
          element.localName,
          // The scripts set `value` and `selected` as properties; a screenshot adds an empty `style`.
          ...[...element.attributes].flatMap(({ name, value }) => (value === '' ? [] : `${name}=${value}`)).sort(),
          [...element.childNodes].map((child) => (child instanceof Text ? child.data : '')).join(''),
        ]),
      )
    const look = () => page.screenshot({ animations: 'disabled' })
    const [before, beforeLook] = [await content(), await look()]
    release()
    await usable(page)
    assert.equal(await content(), before)
    assert.ok(beforeLook.equals(await look()), 'nothing moves')
    assert.is(new URL(page.url()).pathname, '/sign-in')
    // Another address: rendered by the scripts.
    await page.goto(`${environment.url}/sign-in?x`)
    await usable(page)
    assert.equal(await content(), before)
    assert.equal(refused, [])
    await page.context().close()
  }
})

test('who is signed in, is on another page or reads another language never sees the form of the HTML', async ({
  environment,
}) => {
  const page = await environment.newPage(phone)
  const hidden = async (path: string) => {
    const release = await holdScripts(page)
    await page.goto(environment.url + path, { waitUntil: 'commit' })
    await page.locator('#app form').waitFor({ state: 'attached' })
    const painted = () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length)
    assert.equal([await page.locator('#app').isVisible(), await painted()], [false, 0], path)
    release()
  }
  for (const path of ['/register', '/sign-in?next=%2Forders', '/orders']) {
    await hidden(path)
    await page.locator('form').waitFor()
  }
  await page.goto(environment.url)
  await page.getByLabel(common.language).selectOption('de')
  await page.getByRole('button', { name: dictionaries.de.common.signIn }).waitFor()
  await hidden('/')
  await page.getByRole('button', { name: dictionaries.de.common.signIn }).waitFor()
  await environment.signIn(page, email, 'de')
  await hidden('/')
  await page.waitForSelector('html[data-live="live"]')
  await page.context().close()
})

test('what follows is loaded while the form is filled, unless the browser saves data', async ({ environment }) => {
  for (const saveData of [false, true]) {
    const page = await environment.newPage(phone)
    await page.addInitScript((value) => {
      Object.defineProperty(navigator, 'connection', { value: { saveData: value } })
    }, saveData)
    const loaded: string[] = []
    page.on('request', (request) => void loaded.push(request.url()))
    await page.goto(environment.url)
    await usable(page)
    // Callbacks are called in their order, so that of the page was called.
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    await page.waitForLoadState('networkidle')
    assert.is(!loaded.some((address) => address.includes('/signed-in-')), saveData)
    await environment.signIn(page, email)
    await page.context().close()
  }
})

test('without JavaScript the form does not write the password into the address', async ({ environment }) => {
  const context = await environment.browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(environment.url)
  await emailField(page).fill(email)
  await passwordField(page).fill('secret')
  await Promise.all([page.waitForResponse((response) => response.request().method() === 'POST'), button(page).click()])
  assert.not.match(page.url(), 'secret')
  await context.close()
})

test.run()
