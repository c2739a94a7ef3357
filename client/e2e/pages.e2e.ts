import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { coloursChanged, violations } from './accessibility.ts'
import { TestEnvironment } from './environment.ts'
import { overflows } from './overflows.ts'
import { Service } from '#shared/catalogue.ts'
import { createSampleData, type SampleData } from './sample-data.ts'
import { dictionaries, type Language } from './languages.ts'

const test = suite<{ environment: TestEnvironment; data: SampleData }>('all pages')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
  context.data = await createSampleData(context.environment.server, context.environment.credentials)
})
test.after(({ environment }) => environment.close())

const paths = {
  customer: ['/', '/orders', '/notifications/settings', '/account', '/no-such-page'],
  vendor: ['/', '/jobs', '/finished', '/devices', '/second-factor'],
  // prettier-ignore
  admin: [
    '/', '/users', '/services', '/tokens', '/webhooks', '/audit', '/figures', '/second-factor', '/areas', '/reasons', '/tracking',
  ],
} as const
const orderPaths = ({ job }: SampleData) => ({ customer: [], vendor: [`/orders/${job}`], admin: [`/?order=${job}`] })

/** Opens all pages and returns what axe finds in each theme, and the width check in the first. */
async function problemsOfAll(
  environment: TestEnvironment,
  data: SampleData,
  { language, themes }: Variant,
): Promise<string[]> {
  const found: string[] = []
  const check = async (page: Page, what: string) => {
    const problems: Record<string, string[]> = {}
    for (const [n, colorScheme] of themes.entries()) {
      await page.emulateMedia({ colorScheme })
      await coloursChanged(page)
      // Another theme changes colours only.
      problems[colorScheme] = n === 0 ? await problemsOf(page) : await violations(page, 'of colours')
    }
    for (const [theme, texts] of Object.entries(problems))
      found.push(...texts.map((problem) => `${what} ${theme}: ${problem}`))
  }
  for (const width of [360, 1280]) {
    const look = `${width} ${language}`
    const options = { language }
    const visitor = await environment.newPage({ width, height: 800 }, options)
    for (const path of ['/sign-in', '/register', '/forgot']) {
      await visitor.goto(environment.url + path)
      await visitor.waitForSelector('form')
      await check(visitor, `${path} ${look}`)
    }
    await visitor.context().close()
    for (const role of ['customer', 'vendor', 'admin'] as const) {
      const page = await environment.signedInPage(`${role}@example.com`, { width, height: 800 }, options)
      for (const path of [...paths[role], ...orderPaths(data)[role]]) {
        await page.goto(environment.url + path)
        await page.waitForSelector('html[data-live="live"]')
        await page.locator('main [role=status].animate-late').waitFor({ state: 'detached' })
        await check(page, `${role} ${path} ${look}`)
      }
      if (role === 'customer') {
        await openChangedCheckout(environment, data, page, language)
        await check(page, `changed checkout ${look}`)
      }
      await page.context().close()
    }
  }
  return found
}

/** A cart of which one service costs more by now, and another is no longer offered. */
async function openChangedCheckout(
  environment: TestEnvironment,
  { longService, otherService }: SampleData,
  page: Page,
  language: Language,
): Promise<void> {
  const texts = dictionaries[language]
  const admin = await environment.apiClient('admin@example.com')
  const change = (service: Service, to: Partial<Service>) => admin.patch(`/services/${service.id}`, Service, to)
  await change(otherService, { active: true })
  const { price } = await change(longService, { active: true })
  await page.goto(environment.url)
  for (const { name } of [otherService, longService]) {
    await page.getByRole('button', { name: texts.customer.add(name), exact: true }).click()
  }
  await page.getByRole('link', { name: texts.customer.orderNow }).click()
  await change(longService, { price: price + 4_200 })
  await change(otherService, { active: false })
  await page.getByText(texts.customer.pricesChanged).waitFor()
  await page
    .getByRole('button', { name: texts.components.remove(otherService.name), exact: true })
    .first()
    .waitFor()
}

interface Variant {
  language: Language
  themes: readonly ('light' | 'dark')[]
}

const variants: Variant[] = [
  { language: 'en', themes: ['light', 'dark'] },
  { language: 'de', themes: ['light'] },
]
for (const variant of variants) {
  test(`all pages are accessible and none is wider than the window: ${variant.language}, ${variant.themes.join(' and ')}`, async ({
    environment,
    data,
  }) => {
    assert.equal(await problemsOfAll(environment, data, variant), [])
  })
}

/** Serious violations that axe finds, and whether content is wider than the window or its column. */
async function problemsOf(page: Page): Promise<string[]> {
  const found = [...(await violations(page)), ...(await overflows(page))]
  const size = page.viewportSize() ?? { width: 0, height: 0 }
  if (size.width !== 360) {
    for (const width of [640, 768, 1024, 1920]) {
      await page.setViewportSize({ ...size, width })
      found.push(...(await overflows(page)).map((problem) => `${width} px wide: ${problem}`))
    }
    await page.setViewportSize(size)
    return found
  }
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
  found.push(...(await overflows(page)).map((problem) => `text at 200 %: ${problem}`))
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
  return found
}

test.run()
