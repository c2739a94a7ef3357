import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as z from 'zod/mini'
import { User } from '#shared/users.ts'
import type { ApiClient } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('second factor')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const phone = { width: 360, height: 740 }
const { secondFactor: texts, common, components, errors } = dictionaries.en
const code = (page: Page) => page.getByLabel(texts.code, { exact: true })
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

const listUsers = async (admin: ApiClient) => (await admin.get('/users', z.object({ users: z.array(User) }))).users

/** The app's code `steps` after the current one; the server accepts the next one too. */
function codeOf(secret: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 })
}

test('a vendor sets it up, and signs in with a code and with a recovery code', async ({ environment }) => {
  const email = 'vendor@example.com'
  const password = environment.password(email)
  const page = await environment.signedInPage(email, phone)
  await page.goto(`${environment.url}/second-factor`)
  await page.getByLabel(common.password, { exact: true }).fill(password)
  await press(page, texts.setUp)
  await page.getByRole('img', { name: texts.qrCode }).waitFor()
  const uri = await page.getByRole('link', { name: texts.openApp }).getAttribute('href')
  const secret = new URL(uri ?? '').searchParams.get('secret') ?? ''
  await code(page).fill('000000')
  await press(page, texts.turnOn)
  await page.getByText(errors.wrong_code).first().waitFor()
  await code(page).fill(codeOf(secret))
  await press(page, texts.turnOn)
  await page.getByText(texts.keepCodes).waitFor()
  const recoveryCodes = await page.locator('main li').allInnerTexts()
  assert.is(recoveryCodes.length, 10)
  await press(page, texts.codesStored)
  await page.getByText(texts.isOn).waitFor()
  // The session goes on, with the connection of the new one.
  await page.waitForSelector('html[data-live="live"]')

  const signInWith = async (typed: string) => {
    await page.locator('header button[popovertarget]').click()
    await press(page, components.signOut)
    await page.getByLabel(common.email, { exact: true }).fill(email)
    await page.getByLabel(common.password, { exact: true }).fill(password)
    await press(page, common.signIn)
    await page.getByRole('heading', { name: texts.stepTitle }).waitFor()
    await code(page).fill(typed)
    await press(page, common.signIn)
    await page.waitForSelector('html[data-live="live"]')
  }
  await signInWith(codeOf(secret, 1))
  await signInWith(recoveryCodes[0] ?? '')

  const admin = await environment.signedInPage('admin@example.com', { width: 1280, height: 800 })
  await admin.goto(`${environment.url}/users`)
  const { name } =
    (await environment.apiClient('admin@example.com').then(listUsers)).find((one) => one.email === email) ?? {}
  await admin.getByRole('button', { name: texts.resetOf(name ?? '') }).click()
  await press(admin, texts.reset)
  await admin.getByText(texts.wasReset(name ?? '')).waitFor()
  // The open session ends; the password alone opens a new one.
  await page.getByText(errors.session_ended).waitFor()
  await environment.signIn(page, email)
})

test.run()
