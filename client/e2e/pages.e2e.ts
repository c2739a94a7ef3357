import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'
import type { Language } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('all pages')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const paths = {
  customer: ['/', '/orders'],
  vendor: ['/', '/jobs', '/finished', '/devices'],
  admin: ['/', '/users', '/services'],
} as const

/** Opens all pages and returns what axe and the width check find. */
async function problemsOfAll(environment: TestEnvironment, { language, colorScheme }: Variant): Promise<string[]> {
  const found: string[] = []
  const check = async (page: Page, what: string) => {
    for (const problem of await problemsOf(page)) found.push(`${what}: ${problem}`)
  }
  for (const width of [360, 1280]) {
    const look = `${width} ${colorScheme} ${language}`
    const options = { colorScheme, language }
    const visitor = await environment.newPage({ width, height: 800 }, options)
    for (const path of ['/sign-in', '/register']) {
      await visitor.goto(environment.url + path)
      await visitor.waitForSelector('form')
      await check(visitor, `${path} ${look}`)
    }
    await visitor.context().close()
    for (const role of ['customer', 'vendor', 'admin'] as const) {
      const page = await environment.signedInPage(`${role}@example.com`, { width, height: 800 }, options)
      for (const path of paths[role]) {
        await page.goto(environment.url + path)
        await page.waitForSelector('html[data-live="live"]')
        await check(page, `${role} ${path} ${look}`)
      }
      await page.context().close()
    }
  }
  return found
}

interface Variant {
  language: Language
  colorScheme: 'light' | 'dark'
}

const variants: Variant[] = [
  { language: 'en', colorScheme: 'light' },
  { language: 'en', colorScheme: 'dark' },
  { language: 'de', colorScheme: 'light' },
]
for (const variant of variants) {
  test(`all pages are accessible and none is wider than the window: ${variant.language}, ${variant.colorScheme}`, async ({
    environment,
  }) => {
    assert.equal(await problemsOfAll(environment, variant), [])
  })
}

/** Serious violations that axe finds, and whether the content is wider than the window. */
async function problemsOf(page: Page): Promise<string[]> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
  return [...(await violations(page)), ...(wide ? ['wider than the window'] : [])]
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations: all } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }))
  return all
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}

test.run()
