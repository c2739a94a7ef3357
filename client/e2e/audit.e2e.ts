import { readFile } from 'node:fs/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('audit log')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const { audit: texts } = dictionaries.en

test('an admin searches the log, opens an entry and downloads what was found', async ({ environment }) => {
  const admin = await environment.apiClient('admin@example.com')
  const page = await environment.signedInPage('admin@example.com', { width: 1280, height: 800 })
  await page.locator('header button[popovertarget]').click()
  await page.getByRole('link', { name: texts.title }).click()
  const rows = page.locator('[data-audit]')
  await rows.first().waitFor()
  assert.ok((await rows.count()) >= 2, 'both sign-ins')

  await page.getByLabel(texts.search).fill(admin.user.id)
  await page.getByLabel(texts.action).selectOption(texts.actions['signed in'])
  await page.getByRole('button', { name: texts.submit }).click()
  await page.locator('[data-audit="signed in"]').first().waitFor()
  assert.is(await page.locator('[data-audit]:not([data-audit="signed in"])').count(), 0)
  await rows.first().locator('summary').click()
  await rows.first().getByText('127.0.0.1').waitFor()

  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: texts.download }).click()
  const csv = await readFile(await (await downloading).path(), 'utf8')
  // The head as well. The entry of the download does not have the words that were searched for.
  assert.is(csv.trimEnd().split('\r\n').length, (await rows.count()) + 1)

  await page.getByLabel(texts.search).fill('nothing has this')
  await page.getByRole('button', { name: texts.submit }).click()
  await page.getByText(texts.empty, { exact: true }).waitFor()
})

test.run()
