import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'

const test = suite<{ environment: TestEnvironment }>('documentation of the API in a browser')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

/** A page that records what the browser reports, violations of the CSP among it. */
async function openPage(environment: TestEnvironment) {
  const page = await environment.newPage({ width: 1280, height: 900 })
  // Swagger UI takes seconds on a busy machine.
  page.setDefaultTimeout(30_000)
  const reports: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) reports.push(message.text())
  })
  page.on('pageerror', (error) => reports.push(error.message))
  return { page, reports }
}

async function seriousViolations(page: Page) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }))
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
}

test('/docs shows every call under the strict CSP, and makes one', async ({ environment }) => {
  const { page, reports } = await openPage(environment)
  const document = await fetch(`${environment.server}/api/openapi.json`)
  const { paths }: { paths: Record<string, object> } = await document.json()
  const calls = Object.values(paths).flatMap((methods) => Object.keys(methods)).length
  await page.goto(`${environment.url}/docs`)
  await page
    .locator('.opblock')
    .nth(calls - 1)
    .waitFor()
  assert.is(await page.locator('.opblock').count(), calls)

  const call = page.locator('.opblock', { hasText: '/asyncapi.json' })
  await call.getByRole('button').first().click()
  await call.getByRole('button', { name: 'Try it out' }).click()
  await call.getByRole('button', { name: 'Execute' }).click()
  await call.locator('.live-responses-table').getByText('200').first().waitFor()
  assert.equal(reports, [])
  await page.context().close()
})

test('/docs/topics shows every topic, without a script', async ({ environment }) => {
  const { page, reports } = await openPage(environment)
  await page.goto(`${environment.url}/docs`)
  await page.getByRole('link', { name: 'MQTT topics' }).click()
  const topic = page.locator('section', { hasText: 'orders/{orderId}/status' })
  await topic.getByText('Clients publish: ChangeStatus').click()
  await topic.getByText('"commandId": "van-7-0001"').first().waitFor()
  assert.equal(await seriousViolations(page), [])
  assert.equal(reports, [])
  await page.context().close()
})

test.run()
