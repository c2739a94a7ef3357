import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startMailServer, type MailServer } from '../../server/features/accounts/testing/mail-server.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment; mail: MailServer }>('accounts in a browser')

test.before(async (context) => {
  context.mail = await startMailServer()
  context.environment = await TestEnvironment.open({ ...context.mail.env, REQUIRE_VERIFIED_EMAIL: 'true' })
})
test.after(async ({ environment, mail }) => {
  await environment.close()
  await mail.stop()
})

const phone = { width: 360, height: 740 }
const { common, auth, recovery, account, errors, invitations, roles, customer: shop } = dictionaries.en
const password = 'a good long one'

/** The page of a link and its fragment. */
const pathIn = (text: string) => /https:\/\/shop\.test(\/\w+#\S+)/.exec(text)?.[1] ?? ''
const live = (page: Page) => page.waitForSelector('html[data-live="live"]')

async function choosePassword(page: Page, value: string) {
  await page.getByLabel(common.password, { exact: true }).fill(value)
  await page.getByRole('button', { name: recovery.setPassword }).click()
}

const openAccount = async (page: Page) => {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: account.title, exact: true }).click()
}

test('a forgotten password: the link in the e-mail sets another, signs in, and ends the other sessions', async ({
  environment,
  mail,
}) => {
  const other = await environment.signedInPage('customer@example.com', phone)
  const page = await environment.newPage(phone)
  await page.goto(environment.url)
  await page.getByLabel(common.email).fill('customer@example.com')
  await page.getByRole('link', { name: auth.forgot }).click()
  // What was typed comes along.
  assert.is(await page.getByLabel(common.email).inputValue(), 'customer@example.com')
  await page.getByRole('button', { name: recovery.sendLink }).click()
  await page.getByText(recovery.forgotSent).waitFor()
  const path = pathIn((await mail.next('customer@example.com')).text)
  await page.goto(environment.url + path)
  await choosePassword(page, 'password1')
  await page.getByText(errors.weak_password).waitFor()
  await choosePassword(page, password)
  await live(page)
  assert.is(new URL(page.url()).pathname, '/')
  assert.is(new URL(page.url()).hash, '')
  await other.getByRole('button', { name: common.signIn }).waitFor()

  const used = await environment.newPage(phone)
  await used.goto(environment.url + path)
  await used.getByText(errors.invalid_link).waitFor()
  await used.goto(`${environment.url}/reset`)
  await used.getByText(errors.invalid_link).waitFor()
  for (const one of [page, other, used]) await one.context().close()
})

test('an admin invites a person, who chooses the password and is signed in', async ({ environment }) => {
  const admin = await environment.signedInPage('admin@example.com', { width: 1280, height: 800 })
  await admin.getByRole('link', { name: common.people }).click()
  await admin.getByRole('button', { name: common.addPerson }).click()
  await admin.getByLabel(common.name).fill('Nora')
  await admin.getByLabel(common.email).fill('nora@example.com')
  await admin.getByRole('button', { name: invitations.invite, exact: true }).click()
  const link = (await admin.getByRole('dialog').locator('code').textContent()) ?? ''
  await admin.getByRole('button', { name: common.close }).click()
  const pending = admin.getByRole('region', { name: invitations.pending })
  await pending.getByText('nora@example.com').waitFor()

  const page = await environment.newPage(phone)
  await page.goto(environment.url + pathIn(link))
  await page.getByText('nora@example.com').waitFor()
  await choosePassword(page, password)
  await live(page)
  await page.getByRole('button', { name: /^Account of Nora/ }).click()
  await page.getByText(roles.vendor, { exact: true }).waitFor()

  await admin.reload()
  await admin.getByText('nora@example.com').waitFor()
  assert.is(await pending.count(), 0)
  for (const one of [admin, page]) await one.context().close()
})

test('a new e-mail address is confirmed by the link, and signs in', async ({ environment, mail }) => {
  const page = await environment.signedInPage('vendor@example.com', phone)
  await openAccount(page)
  await page.getByLabel(account.newEmail).fill('vendor.new@example.com')
  const form = page.locator('form').filter({ hasText: account.changeEmail })
  await form.getByLabel(account.currentPassword, { exact: true }).fill('wrong')
  await form.getByRole('button', { name: account.changeEmail }).click()
  await page.getByText(errors.wrong_password).waitFor()
  await form.getByLabel(account.currentPassword, { exact: true }).fill(environment.password('vendor@example.com'))
  await form.getByRole('button', { name: account.changeEmail }).click()
  await page.getByText(account.confirmSent('vendor.new@example.com')).waitFor()
  await mail.next('vendor@example.com')
  await page.goto(environment.url + pathIn((await mail.next('vendor.new@example.com')).text))
  await page.getByRole('button', { name: recovery.confirmAddress }).click()
  await page.getByText(recovery.confirmed).waitFor()
  await page.getByRole('link', { name: recovery.continue }).click()
  await live(page)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByText('vendor.new@example.com').waitFor()
  await page.context().close()
})

test('the account page changes name and password, ends another session, and an order waits for a confirmed address', async ({
  environment,
  mail,
}) => {
  const page = await environment.newPage(phone)
  await page.goto(`${environment.url}/register`)
  await page.getByLabel(auth.yourName).fill('Olga')
  await page.getByLabel(common.email).fill('olga@example.com')
  await page.getByLabel(common.password, { exact: true }).fill('correct horse battery')
  await page.getByRole('meter').waitFor()
  await page.getByRole('button', { name: auth.submitRegister }).click()
  await live(page)
  const second = await environment.newPage(phone)
  await second.goto(environment.url)
  await second.getByLabel(common.email).fill('olga@example.com')
  await second.getByLabel(common.password, { exact: true }).fill('correct horse battery')
  await second.getByRole('button', { name: common.signIn }).click()
  await live(second)

  await openAccount(page)
  await page.getByLabel(common.name).fill('Olga P.')
  await page.getByRole('button', { name: account.save, exact: true }).click()
  await page.getByRole('button', { name: 'Account of Olga P.' }).waitFor()
  await page.getByRole('button', { name: /^End the session/ }).click()
  await second.getByRole('button', { name: common.signIn }).waitFor()

  const form = page.locator('form').filter({ hasText: account.changePassword })
  await form.getByLabel(account.currentPassword, { exact: true }).fill('correct horse battery')
  await form.getByLabel(account.newPassword, { exact: true }).fill(password)
  await form.getByRole('button', { name: account.changePassword }).click()
  await page.getByText(account.passwordChanged).waitFor()
  await second.getByLabel(common.email).fill('olga@example.com')
  await second.getByLabel(common.password, { exact: true }).fill(password)
  await second.getByRole('button', { name: common.signIn }).click()
  await live(second)

  // A saved address is filled in at the next order.
  await page.getByRole('button', { name: account.addAddress }).click()
  await page.getByLabel(common.address, { exact: true }).fill('Lindenstraße 9, Berlin')
  await page.getByRole('button', { name: account.saveAddress }).click()
  await page.getByText('Lindenstraße 9, Berlin').waitFor()
  await second.locator('main li').first().getByRole('button').click()
  await second.getByRole('link', { name: shop.orderNow }).click()
  await second.getByRole('group', { name: account.savedAddresses }).waitFor()
  assert.is(await second.getByLabel(common.address, { exact: true }).inputValue(), 'Lindenstraße 9, Berlin')

  await second.getByText(account.confirmFirst).waitFor()
  await mail.next('olga@example.com')
  await second.getByRole('button', { name: account.sendAgain }).click()
  await page.goto(environment.url + pathIn((await mail.next('olga@example.com')).text))
  await page.getByRole('button', { name: recovery.confirmAddress }).click()
  await page.getByText(recovery.verified).waitFor()
  // As a browser does when its window is looked at again.
  await second.evaluate(() => dispatchEvent(new Event('focus')))
  await second.getByText(account.confirmFirst).waitFor({ state: 'detached' })
  for (const one of [page, second]) await one.context().close()
})

test('a person downloads their data and erases the account, with the password', async ({ environment }) => {
  const { erasure } = dictionaries.en
  const page = await environment.newPage(phone)
  await page.goto(`${environment.url}/register`)
  await page.getByLabel(auth.yourName).fill('Lea Leaving')
  await page.getByLabel(common.email).fill('lea@example.com')
  await page.getByLabel(common.password, { exact: true }).fill(password)
  await page.getByRole('button', { name: auth.submitRegister }).click()
  await live(page)
  await openAccount(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: erasure.downloadOwn }).click()
  const data = JSON.parse(await readFile(await (await downloading).path(), 'utf8'))
  assert.is(data.account.email, 'lea@example.com')
  await page.getByRole('button', { name: erasure.eraseOwn }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(account.currentPassword).fill('wrong')
  await dialog.getByRole('button', { name: erasure.eraseOwn }).click()
  await dialog.getByText(errors.wrong_password).first().waitFor()
  await dialog.getByLabel(account.currentPassword).fill(password)
  await dialog.getByRole('button', { name: erasure.eraseOwn }).click()
  await page.getByRole('button', { name: common.signIn }).waitFor()
})

test.run()
