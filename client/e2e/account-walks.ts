import type { Page } from 'playwright-core'
import * as z from 'zod/mini'
import { signIn as signInByRest } from './api.ts'
import { containing } from './languages.ts'
import type { SampleData } from './sample-data.ts'
import { createVisitor, go, press, type VisitorDependencies, type Walk } from './walks.ts'

/** Answers requests to this path of the API, as a server with other settings would. */
const answer = (page: Page, path: string, json: object) =>
  page.route(`**/api${path}`, (route) => route.fulfill({ json }))

const longName = 'Christopher Featherstonehaugh-Cholmondeley'
const longEmail = 'christopher.featherstonehaugh-cholmondeley@hausverwaltung-hohenstein.example'
const recoveryCodes = Array.from({ length: 10 }, (_, n) => `h${n}k2m-pq4rs-tvwx${n}-y7z8a`)

/** Pages and dialogs of accounts, notifications, webhooks and the audit log. Nothing that they do lasts for a person. */
export function accountWalks(dependencies: VisitorDependencies & Pick<SampleData, 'job'>): Record<string, Walk> {
  const { base, credentials, texts, job } = dependencies
  const { signIn } = createVisitor(dependencies)
  const { common, recovery, account, invitations, secondFactor, webhooks, audit } = texts
  const admin = () => signInByRest(base, 'admin@example.com', credentials.admin)
  let invited = 0

  /** The page of a link, as far as its form. */
  async function openLink(page: Page, path: string, kind: string): Promise<void> {
    await answer(page, '/auth/link', { kind, name: longName, email: longEmail })
    await page.goto(`${base}${path}#x.y`)
    await page.getByText(longEmail).waitFor()
  }

  async function showNotifications(page: Page, shot: Parameters<Walk>[1]): Promise<void> {
    await go(page, '/notifications')
    await page.locator('main').getByText(texts.notificationSettings.open).waitFor()
    await shot('notifications')
  }

  async function showNotificationSettings(page: Page, shot: Parameters<Walk>[1]): Promise<void> {
    await go(page, '/notifications/settings')
    await page.getByRole('switch', { name: texts.notificationSettings.quietHours }).waitFor()
    await shot('settings')
  }

  return {
    'account-visitor': async (page, shot) => {
      await answer(page, '/auth/oidc', { label: 'Anmeldung der Hausverwaltung Hohenstein' })
      await page.goto(`${base}/sign-in`)
      await page.getByRole('link', { name: containing('Hohenstein') }).waitFor()
      await shot('sign-in')
      await page.goto(`${base}/sign-in?from=provider#problem=registration`)
      await page.getByText(texts.otherWays.problems.registration).waitFor()
      await shot('refused')
      await page.goto(`${base}/sign-in?from=password#challenge=x`)
      await page.getByLabel(secondFactor.code, { exact: true }).waitFor()
      await shot('second-step')
      await page.goto(`${base}/forgot`)
      await page.getByLabel(common.email).fill(longEmail)
      await page.getByRole('button', { name: recovery.sendLink }).click()
      await page.getByText(recovery.forgotSent).waitFor()
      await shot('forgot-sent')
      await page.goto(`${base}/reset#x.y`)
      await page.getByText(texts.errors.invalid_link).waitFor()
      await shot('link-used')
      await openLink(page, '/invitation', 'invitation')
      await page.getByLabel(common.password, { exact: true }).fill('password')
      await page.getByRole('meter').waitFor()
      await shot('invitation')
      await openLink(page, '/confirm', 'verification')
      await shot('confirm')
      await page.route('**/api/auth/confirm-email', (route) => route.fulfill({ status: 204 }))
      await page.getByRole('button', { name: recovery.confirmAddress }).click()
      await page.getByText(recovery.verified).waitFor()
      await shot('confirmed')
    },

    'account-customer': async (page, shot) => {
      await page.route('**/api/auth/profile', async (route) => {
        const response = await route.fetch()
        const profile = z.looseObject({ user: z.looseObject({}) }).parse(await response.json())
        const addresses = ['Lange Straße 221b, Hinterhaus links, 4. Stock, 70174 Stuttgart', '14 Harbour Lane'].map(
          (address) => ({ address, area: 'Stuttgart-West', phone: '+49 711 555 0123' }),
        )
        const user = { ...profile.user, name: longName, email: longEmail }
        const email = { canChangeEmail: true, mustConfirmEmail: true, pendingEmail: `neu.${longEmail}` }
        await route.fulfill({ response, json: { ...profile, ...email, user, addresses } })
      })
      await signIn(page, 'customer')
      await go(page, '/account')
      await page.getByText(account.confirmFirst).waitFor()
      await page.getByRole('button', { name: account.addAddress }).click()
      await shot('account')
      await go(page, '/')
      const add = page.getByRole('button', { name: containing(texts.customer.add('')) }).first()
      await press(add, page.getByRole('link', { name: texts.customer.orderNow }))
      await go(page, '/checkout')
      await page.getByText(account.confirmFirst).waitFor()
      await shot('checkout')
      await showNotifications(page, shot)
    },

    'account-vendor': async (page, shot) => {
      await signIn(page, 'vendor')
      await showNotifications(page, shot)
      await showNotificationSettings(page, shot)
      await go(page, '/second-factor')
      await page.getByLabel(common.password, { exact: true }).fill(credentials.vendor)
      await page.getByRole('button', { name: secondFactor.setUp, exact: true }).click()
      await page.getByRole('img', { name: secondFactor.qrCode }).waitFor()
      await shot('scan')
      await answer(page, '/auth/second-factor', { on: true, recoveryCodes: 3, required: false })
      await answer(page, '/auth/second-factor/recovery-codes', { recoveryCodes })
      await go(page, '/')
      await go(page, '/second-factor')
      await page.getByText(secondFactor.isOn).waitFor()
      await shot('second-factor-on')
      await page.getByLabel(common.password, { exact: true }).fill(credentials.vendor)
      await page.getByLabel(secondFactor.code, { exact: true }).fill('123456')
      await page.getByRole('button', { name: secondFactor.newCodes, exact: true }).click()
      await page.getByText(secondFactor.keepCodes).waitFor()
      await shot('recovery-codes')
    },

    'account-admin': async (page, shot) => {
      await signIn(page, 'admin')
      const dialog = page.getByRole('dialog')
      const closed = async () => {
        await page.keyboard.press('Escape')
        await dialog.waitFor({ state: 'hidden' })
      }
      await go(page, '/users')
      await press(page.getByRole('button', { name: common.addPerson }), dialog)
      await dialog.getByLabel(common.name, { exact: true }).fill(longName)
      await dialog.getByLabel(common.email, { exact: true }).fill(`${++invited}.${Date.now()}.${longEmail}`)
      await dialog.getByRole('button', { name: invitations.invite, exact: true }).click()
      await dialog.locator('code').waitFor()
      await shot('invited')
      await closed()
      await page.getByRole('region', { name: invitations.pending }).waitFor()
      await shot('people')
      const person = page.getByRole('listitem').filter({ hasText: 'Ana Petrova' })
      await press(person.getByRole('button', { name: containing(invitations.resetLink) }), dialog)
      await shot('reset-question')
      await dialog.getByRole('button', { name: invitations.resetMake }).click()
      await dialog.locator('code').waitFor()
      await shot('reset-link')
      await closed()
      await press(person.getByRole('button', { name: secondFactor.resetOf('Ana Petrova') }), dialog)
      await shot('reset-second-factor')
      await closed()
      await showNotifications(page, shot)
      await showNotificationSettings(page, shot)
      await go(page, '/account')
      await page.getByRole('heading', { name: account.sessions }).waitFor()
      await shot('account')
      await go(page, '/audit')
      await page.getByLabel(audit.search).waitFor()
      await page.locator('main li').first().waitFor()
      await shot('audit')
      await page.getByLabel(audit.search).fill('unfound')
      await page.getByRole('button', { name: audit.submit }).click()
      await page.getByText(audit.empty).waitFor()
      await shot('audit-empty')
      await go(page, `/orders/${job}`)
      await press(page.getByRole('button', { name: texts.messageText.open }), dialog)
      await dialog.getByRole('button', { name: texts.messageText.copy }).waitFor()
      await shot('message')
    },

    'account-webhooks': async (page, shot) => {
      const boss = await admin()
      const receiver =
        'https://receiver.invalid/hausverwaltung/hohensteinverwaltung/auftragseingang?customer=hohenstein'
      const listed = await boss.get('/webhooks', z.object({ webhooks: z.array(z.looseObject({ url: z.string() })) }))
      if (!listed.webhooks.some(({ url }) => url === receiver))
        await boss.post('/webhooks', z.looseObject({}), { url: receiver, events: ['order.placed', 'order.completed'] })
      await signIn(page, 'admin')
      const dialog = page.getByRole('dialog')
      await go(page, '/webhooks')
      await page.getByText(receiver).waitFor()
      await shot('list')
      await press(page.getByRole('button', { name: webhooks.add }), dialog)
      await shot('add')
      await page.keyboard.press('Escape')
      await press(page.getByRole('link', { name: receiver }), page.getByRole('button', { name: webhooks.test }))
      await page.getByRole('button', { name: webhooks.test }).click()
      await page.locator('[data-delivery] summary').first().click()
      await shot('one')
      await press(page.getByRole('button', { name: webhooks.rotate }), dialog)
      await shot('rotate')
      await page.keyboard.press('Escape')
      await press(page.getByRole('button', { name: webhooks.remove }), dialog)
      await shot('remove')
    },
  }
}
