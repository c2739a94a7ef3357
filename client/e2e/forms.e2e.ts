import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('forms in a browser')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const { common, customer: texts, fields, auth, errors, workErrors } = dictionaries.en

const place = (page: Page) => page.getByRole('button', { name: containing(texts.place('')) }).click()

/** The text that an input is described by, besides its help. */
async function errorAt(page: Page, label: string) {
  const described = await page.getByLabel(label, { exact: true }).getAttribute('aria-describedby')
  return page.locator(`[id="${described?.split(' ').at(-1)}"]`).textContent()
}

async function register(environment: TestEnvironment, page: Page, email: string) {
  await page.goto(`${environment.url}/register`)
  await page.getByLabel(auth.yourName).fill('Jörg')
  await page.getByLabel(common.email).fill(email)
  await page.getByLabel(common.password, { exact: true }).fill('correct horse battery')
  await page.getByRole('button', { name: auth.submitRegister }).click()
}

async function openCheckout(environment: TestEnvironment) {
  const page = await environment.signedInPage('customer@example.com', phone)
  await page.locator('main li').first().getByRole('button').click()
  await page.getByRole('link', { name: texts.orderNow }).click()
  return page
}

test('the checkout refuses what cannot be right at each field at once, and focuses the first', async ({
  environment,
}) => {
  const page = await openCheckout(environment)
  await page.getByText(texts.pickTime).click()
  await page.getByLabel(texts.dayAndTime).fill('2020-01-01T10:00')
  await page.getByLabel(common.address).fill('x')
  await page.getByLabel(common.phone).fill('none')
  await place(page)
  await page.getByText(fields.several(3)).waitFor()
  assert.equal(await Promise.all([texts.dayAndTime, common.address, common.phone].map((one) => errorAt(page, one))), [
    workErrors.invalid_schedule,
    fields.rules.address,
    fields.rules.phone,
  ])
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name'))
  assert.is(await focused(), 'time')
  await page.getByRole('alert').getByRole('button', { name: common.phone }).click()
  assert.is(await focused(), 'phone')
  await page.context().close()
})

test('what was typed is there after a reload, after Back, and after the session ends', async ({ environment }) => {
  const page = await openCheckout(environment)
  const typed = { [common.address]: 'Lindenstraße 9\nBerlin', [texts.dayAndTime]: '2100-01-01T10:00' }
  await page.getByText(texts.pickTime).click()
  for (const [label, value] of Object.entries(typed)) await page.getByLabel(label).fill(value)
  await page.getByLabel(common.notes).fill('Ring twice')
  const isThere = async () => {
    for (const [label, value] of Object.entries(typed)) assert.is(await page.getByLabel(label).inputValue(), value)
    assert.is(await page.getByLabel(common.notes).inputValue(), 'Ring twice')
  }
  await page.reload()
  await isThere()
  await page.goBack()
  await page.goForward()
  await isThere()

  // The session ends on the server; the next request of the page finds out.
  await page.context().clearCookies()
  await page.reload()
  await page.getByRole('button', { name: common.signIn }).waitFor()
  await environment.signIn(page, 'customer@example.com')
  assert.match(page.url(), /\/checkout$/)
  await isThere()

  // After signing out another person may use the browser.
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: dictionaries.en.components.signOut }).click()
  await page.getByRole('button', { name: common.signIn }).waitFor()
  assert.equal(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('draft'))), [])
  await page.context().close()
})

test('a password manager fills the sign-in page without an input event', async ({ environment }) => {
  const page = await environment.newPage(phone)
  await page.goto(environment.url)
  const login = ['admin@example.com', environment.password('admin@example.com')]
  // At once: the scripts may take the form over before or after, not in between.
  await page.evaluate((values) => {
    document.querySelectorAll('form input').forEach((input, n) => Object.assign(input, { value: values[n] }))
  }, login)
  await page.getByRole('button', { name: common.signIn }).click()
  await page.waitForSelector('html[data-live="live"]')
  await page.context().close()
})

test('a refusal by the server is at its field, and an address that the browser accepts is accepted', async ({
  environment,
}) => {
  const page = await environment.newPage(phone)
  await register(environment, page, 'customer@EXAMPLE.com')
  await page.getByText(errors.email_taken).waitFor()
  assert.is(await errorAt(page, common.email), errors.email_taken)
  assert.is(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'email')
  await register(environment, page, 'joerg@büro')
  await page.waitForSelector('html[data-live="live"]')
  await page.context().close()
})

test('two tabs share one cart', async ({ environment }) => {
  const page = await environment.signedInPage('customer@example.com', phone)
  const second = await page.context().newPage()
  await second.goto(environment.url)
  await second.waitForSelector('html[data-live="live"]')
  const add = (tab: Page, index: number) => tab.locator('main li').nth(index).getByRole('button').last().click()
  await add(page, 0)
  await second.getByText(texts.summary(1, '').slice(0, 9)).waitFor()
  await add(second, 1)
  await page.getByText(texts.summary(2, '').slice(0, 10)).waitFor()
  await add(page, 0)
  await second.getByText(texts.summary(3, '').slice(0, 10)).waitFor()
  await page.context().close()
})

test('signing out in one tab leaves nothing of the person in the other, also for the next person', async ({
  environment,
}) => {
  const page = await openCheckout(environment)
  const second = await page.context().newPage()
  await second.goto(`${environment.url}/checkout`)
  for (const tab of [page, second]) {
    await tab.getByLabel(common.address).fill('Lindenstraße 9')
    await tab.getByLabel(common.notes).fill('Ring twice')
  }
  const left = (tab: Page) =>
    tab.evaluate(() =>
      [localStorage, sessionStorage].flatMap((storage) => Object.keys(storage).filter((key) => /\..+\./.test(key))),
    )
  assert.ok((await left(second)).length > 3)

  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: dictionaries.en.components.signOut }).click()
  for (const tab of [page, second]) {
    await tab.getByRole('button', { name: common.signIn }).waitFor()
    assert.equal(await left(tab), [])
  }

  // The other tab follows the sign-in of the next person.
  await register(environment, page, 'ben.next@example.com')
  for (const tab of [page, second]) await tab.waitForSelector('html[data-live="live"]')
  await page.goto(environment.url)
  await page.locator('main li').first().getByRole('button').click()
  for (const tab of [page, second]) {
    // Both show the same cart.
    await tab.goto(environment.url)
    await tab.getByRole('link', { name: texts.orderNow }).click()
    assert.is(await tab.getByLabel(common.address).inputValue(), '')
    assert.is(await tab.getByLabel(common.notes).inputValue(), '')
  }
  await page.context().close()
})

test('what was typed in another tab is there for its own person, and not for another, after the session ends', async ({
  environment,
}) => {
  const page = await openCheckout(environment)
  const second = await page.context().newPage()
  await second.goto(`${environment.url}/checkout`)
  await second.getByLabel(common.notes).fill('Ring twice')
  const drafts = () => second.evaluate(() => Object.values(sessionStorage).filter((text) => text.includes('Ring')))
  const endSession = async () => {
    await page.context().clearCookies()
    await page.reload()
    for (const tab of [page, second]) await tab.getByRole('button', { name: common.signIn }).waitFor()
  }
  await endSession()
  assert.is((await drafts()).length, 1)
  await environment.signIn(page, 'customer@example.com')
  await second.waitForSelector('html[data-live="live"]')
  assert.is((await drafts()).length, 1)

  await endSession()
  await environment.signIn(page, 'vendor@example.com')
  await second.waitForSelector('html[data-live="live"]')
  assert.equal(await drafts(), [])
  await page.context().close()
})

test.run()
