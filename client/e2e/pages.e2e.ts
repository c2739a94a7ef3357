import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'
import { createSampleData } from './sample-data.ts'
import type { Language } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('all pages')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
  const passwordOf = (role: string) => context.environment.password(`${role}@example.com`)
  await createSampleData(context.environment.server, {
    admin: passwordOf('admin'),
    vendor: passwordOf('vendor'),
    customer: passwordOf('customer'),
  })
})
test.after(({ environment }) => environment.close())

const paths = {
  customer: ['/', '/orders', '/no-such-page'],
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
        await page.locator('main [role=status].animate-late').waitFor({ state: 'detached' })
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

/** Elements that are wider than the window, and texts that leave a table's cell or a chip of their own height. */
function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ['wider than the window'] : []
    const cells = [...document.querySelectorAll('th, td, td > *')].filter(
      (cell) => cell.checkVisibility() && cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth > 0,
    )
    const cut = cells.filter((cell) => getComputedStyle(cell).textOverflow !== 'ellipsis')
    return [...wide, ...new Set(cut.map((cell) => `a column overflows: ${cell.outerHTML.slice(0, 90)}`))]
  })
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations: all } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }))
  return all
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}

test.run()
