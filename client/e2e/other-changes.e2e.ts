import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Order } from '#shared/orders.ts'
import { User } from '#shared/users.ts'
import { placeOrder, setStatus, signIn, type ApiClient } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment; people: People }>('changes by other persons')

interface People {
  admin: ApiClient
  vendor: ApiClient
  customer: ApiClient
  /** A second vendor, who is nowhere signed in. */
  ben: User
}

const phone = { width: 360, height: 740 }
const { vendor: texts, customer: customerTexts, admin: adminTexts, orders: orderTexts } = dictionaries.en

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ RATE_LIMITS: 'off' })
  const [admin, vendor, customer] = await Promise.all(
    ['admin', 'vendor', 'customer'].map((role) => context.environment.apiClient(`${role}@example.com`)),
  )
  assert.ok(admin && vendor && customer)
  const account = { name: 'Ben Adler', email: 'ben@example.com', password: 'a long password', role: 'vendor' }
  context.people = { admin, vendor, customer, ben: await admin.post('/users', User, account) }
})
test.after(({ environment }) => environment.close())

const assign = ({ admin }: People, { id }: Order, to: { id: string }, reason?: string) =>
  admin.post(`/orders/${id}/assign`, Order, { vendorId: to.id, ...(reason ? { reason } : {}) })

/** Navigates within the page. */
const go = (page: Page, path: string) =>
  page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)

const lineOf = (page: Page, { id }: Order) => page.locator(`[data-change-of="${id}"]`)
const cardOf = (page: Page, { id }: Order) => page.locator(`[data-order-id="${id}"]`)

/** Presses a button until it is gone: a press within 600 ms of a shift does nothing. */
async function press(page: Page, name: string) {
  const button = page.getByRole('button', { name, exact: true })
  do {
    await button.click()
  } while (
    await button.waitFor({ state: 'detached', timeout: 2_000 }).then(
      () => false,
      () => true,
    )
  )
}
const dismiss = (page: Page, { number }: Order) => press(page, texts.markRead(number))

const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName)

test('a job that is taken away leaves a line in its place, across a reload, until the vendor dismisses it', async ({
  environment,
  people,
}) => {
  const [reassigned, released] = [await placeOrder(people.customer), await placeOrder(people.customer)]
  for (const order of [reassigned, released]) await setStatus(people.vendor, order, 'accepted')
  const page = await environment.signedInPage('vendor@example.com', phone, { touch: true })
  await go(page, '/jobs')
  await cardOf(page, reassigned).waitFor()
  await assign(people, reassigned, people.ben, 'Ben is nearer')
  await lineOf(page, reassigned).getByText(orderTexts.leaving.reassigned).waitFor()
  await setStatus(people.admin, released, 'pending', { reason: 'Wrong van' })
  await lineOf(page, released).getByText('Wrong van').waitFor()
  await lineOf(page, released).getByText(texts.takenBack).waitFor()
  assert.equal(
    await page.locator('[data-change-of]').evaluateAll((lines) => lines.map((line) => line.dataset.changeOf)),
    [reassigned.id, released.id],
    'each in the place of its card',
  )

  await page.reload()
  await lineOf(page, reassigned).waitFor()
  await lineOf(page, released).getByText('Wrong van').waitFor()
  await dismiss(page, reassigned)
  await lineOf(page, reassigned).waitFor({ state: 'detached' })
  assert.is(await focused(page), 'LI')
  await dismiss(page, released)
  await lineOf(page, released).waitFor({ state: 'detached' })
  assert.is(await focused(page), 'H1')
  await page.reload()
  await page.getByText(texts.jobsEmpty).waitFor()
  assert.is(await page.locator('[data-change-of]').count(), 0)
  await page.context().close()
})

test('what was done while the vendor’s page was closed is said at the next opening', async ({
  environment,
  people,
}) => {
  const [cancelled, given, assigned] = [
    await placeOrder(people.customer),
    await placeOrder(people.customer),
    await placeOrder(people.customer),
  ]
  for (const order of [cancelled, given]) await setStatus(people.vendor, order, 'accepted')
  const page = await environment.signedInPage('vendor@example.com', phone)
  await go(page, '/jobs')
  await cardOf(page, cancelled).waitFor()
  await page.goto('about:blank')
  await setStatus(people.admin, cancelled, 'cancelled', { reason: 'The customer called' })
  await assign(people, given, people.ben)
  await assign(people, assigned, people.vendor.user)

  await page.goto(environment.url)
  await lineOf(page, cancelled).getByText('The customer called').waitFor()
  await lineOf(page, given).getByText(texts.noLongerYours).waitFor()
  const author = people.admin.user.name
  await lineOf(page, assigned).getByText(texts.assignedBy.replace('{name}', author)).waitFor()
  assert.ok((await page.getByText(texts.jobsChanged(3)).count()) > 0)

  // Opening the job acknowledges its assignment; opening a cancelled one dismisses its line.
  await lineOf(page, assigned).getByRole('link').click()
  await page.getByRole('heading', { name: dictionaries.en.common.history }).waitFor()
  await go(page, '/')
  await lineOf(page, cancelled).waitFor()
  await lineOf(page, assigned).waitFor({ state: 'detached' })
  await lineOf(page, cancelled).getByRole('link').click()
  await page.getByRole('article').getByText('The customer called').waitFor()
  await go(page, '/jobs')
  await lineOf(page, given).waitFor()
  await lineOf(page, cancelled).waitFor({ state: 'detached' })
  await page.context().close()
})

test('the card of a newly assigned job says by whom until the vendor acknowledges it', async ({
  environment,
  people,
}) => {
  const order = await placeOrder(people.customer)
  const page = await environment.signedInPage('vendor@example.com', phone)
  await go(page, '/jobs')
  await assign(people, order, people.vendor.user)
  const says = cardOf(page, order).getByText(texts.assignedBy.replace('{name}', people.admin.user.name))
  await says.waitFor()
  await page.reload()
  await says.waitFor()
  await dismiss(page, order)
  await says.waitFor({ state: 'detached' })
  await page.reload()
  await cardOf(page, order).waitFor()
  assert.is(await says.count(), 0)
  await page.context().close()
})

test('an order that another person has ended stays on the customer’s page with the reason until the next visit', async ({
  environment,
  people,
}) => {
  const [now, later] = [await placeOrder(people.customer), await placeOrder(people.customer)]
  const page = await environment.signedInPage('customer@example.com', phone)
  await cardOf(page, now).waitFor()
  await setStatus(people.admin, now, 'cancelled', { reason: 'No vendor is available' })
  await cardOf(page, now).getByText('No vendor is available').waitFor()
  await cardOf(page, now).getByText(orderTexts.sentence.cancelledByTeam).waitFor()

  await page.goto('about:blank')
  await setStatus(people.admin, later, 'cancelled', { reason: 'It was ordered twice' })
  await page.goto(environment.url)
  await cardOf(page, later).getByText('It was ordered twice').waitFor()
  assert.is(await cardOf(page, now).count(), 0)
  await press(page, customerTexts.dismissOrder(later.number))
  await cardOf(page, later).waitFor({ state: 'detached' })
  await page.context().close()
})

test('during a break nothing offers to accept: not the list, the order’s page, nor either without a network', async ({
  environment,
  people,
}) => {
  const order = await placeOrder(people.customer)
  const page = await environment.signedInPage('vendor@example.com', phone)
  const accept = page.getByRole('button', { name: orderTexts.actions.accept, exact: true })
  await cardOf(page, order).waitFor()
  assert.ok((await accept.count()) > 0)
  await page.getByRole('switch', { name: texts.onlineForOffers }).click()
  await cardOf(page, order).getByText(texts.onBreakHelp).waitFor()
  assert.is(await accept.count(), 0)
  await environment.network.off()
  await page.waitForSelector('html[data-live="offline"]')
  assert.is(await accept.count(), 0)
  await go(page, `/orders/${order.id}`)
  await page.getByText(texts.onBreakHelp).waitFor()
  assert.is(await accept.count(), 0)
  await environment.network.on()
  await page.waitForSelector('html[data-live="live"]')

  // Deactivating another vendor asks before the jobs go to a vendor on a break.
  const job = await placeOrder(people.customer)
  await assign(people, job, people.ben)
  const admin = await environment.signedInPage('admin@example.com', { width: 1280, height: 800 })
  await go(admin, '/users')
  const row = admin.locator('li, tr').filter({ hasText: people.ben.name })
  await row.getByRole('button', { name: adminTexts.account.deactivate }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByRole('button', { name: adminTexts.account.deactivate, exact: true }).click()
  await dialog.getByRole('combobox').selectOption(people.vendor.user.id)
  await dialog.getByRole('button', { name: adminTexts.account.deactivate, exact: true }).click()
  await dialog.getByText(adminTexts.onBreakNow(people.vendor.user.name)).waitFor()
  assert.is((await people.admin.get(`/orders/${job.id}`, Order)).vendor?.id, people.ben.id)
  await dialog.getByRole('button', { name: adminTexts.account.deactivateAnyway }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.is((await people.admin.get(`/orders/${job.id}`, Order)).vendor?.id, people.vendor.user.id)
  await admin.context().close()
  await page.context().close()
})

test('the admin’s pane says what another admin has done to the order in it', async ({ environment, people }) => {
  const order = await placeOrder(people.customer)
  const account = { name: 'Eve Second', email: 'eve@example.com', password: 'a long password', role: 'admin' }
  await people.admin.post('/users', User, account)
  const page = await environment.signedInPage('admin@example.com', { width: 1280, height: 800 })
  await go(page, `/?order=${order.id}`)
  const pane = page.getByRole('region', { name: adminTexts.selectedOrder })
  await pane.getByText(order.number).first().waitFor()
  const eve = await signIn(environment.server, account.email, account.password)
  await setStatus(eve, order, 'cancelled', { reason: 'It was ordered twice' })
  const says = pane.getByRole('status').filter({ hasText: 'It was ordered twice' })
  await says.getByText(account.name).waitFor()
  await press(page, dictionaries.en.components.dismiss)
  await says.getByText(account.name).waitFor({ state: 'detached' })
  await page.context().close()
})

test.run()
