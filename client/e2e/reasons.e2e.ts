import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { problemsOf } from './accessibility.ts'
import { placeOrder, setStatus } from './api.ts'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('reasons of the business')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const texts = dictionaries.en
const { reasonLists } = texts
const phone = { width: 360, height: 740 }

test('an admin writes reasons and sorts them with the keyboard; vendors choose from them', async ({ environment }) => {
  const admin = await environment.signedInPage('admin@example.com', { width: 1280, height: 900 })
  await admin.getByRole('button', { name: containing(texts.components.accountOf('')) }).click()
  await admin.getByRole('link', { name: texts.nav.settings }).click()
  await admin.getByRole('link', { name: reasonLists.title }).click()
  const list = admin.locator('[data-reason-list=fail]')
  await list.getByText(reasonLists.standard).waitFor()
  assert.equal(await problemsOf(admin), [])
  await list.getByRole('button', { name: reasonLists.editNamed(reasonLists.lists.fail) }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByRole('button', { name: reasonLists.add }).click()
  const { keyboard } = admin
  const save = () => dialog.getByRole('button', { name: texts.admin.save, exact: true }).click()
  await save()
  await dialog.getByText(reasonLists.emptyReason).waitFor()
  const added = dialog.getByLabel(reasonLists.reason(5), { exact: true })
  await added.focus()
  await keyboard.type('A dog was loose')
  for (let n = 0; n < 4; n++) {
    await keyboard.press('Alt+ArrowUp')
    await admin.waitForFunction(
      ([place, text]) =>
        document.activeElement instanceof HTMLInputElement &&
        document.activeElement.getAttribute('aria-label') === place &&
        document.activeElement.value === text,
      [reasonLists.reason(4 - n), 'A dog was loose'],
    )
  }
  await dialog.getByRole('button', { name: reasonLists.down(texts.orders.reasons.fail.absent) }).focus()
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await dialog.getByRole('button', { name: texts.components.remove(texts.orders.reasons.fail.unsafe) }).click()
  assert.equal(await problemsOf(admin), [])
  await save()
  await dialog.waitFor({ state: 'detached' })
  const shown = [
    'A dog was loose',
    ...(['access', 'parts', 'absent'] as const).map((code) => texts.orders.reasons.fail[code]),
  ]
  assert.equal(await list.getByRole('listitem').allInnerTexts(), shown)

  const order = await placeOrder(await environment.apiClient('customer@example.com'))
  const theirs = await environment.apiClient('vendor@example.com')
  for (const status of ['accepted', 'on_the_way'] as const) await setStatus(theirs, order, status)
  const vendor = await environment.signedInPage('vendor@example.com', phone)
  await vendor.goto(`${environment.url}/orders/${order.id}`)
  await vendor.getByRole('button', { name: texts.orders.actions.fail }).click()
  const chips = vendor.getByRole('dialog').locator('button[aria-pressed]')
  await chips.first().waitFor()
  assert.equal(await chips.allInnerTexts(), shown)

  await list.getByRole('button').click()
  await dialog.getByRole('button', { name: reasonLists.useStandard }).click()
  await list.getByText(reasonLists.standard).waitFor()
  await vendor.context().close()
  await admin.context().close()
})

test.run()
