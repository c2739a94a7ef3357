import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Stage } from './stage.ts'

const test = suite<{ stage: Stage }>('every page')

test.before(async (context) => {
  context.stage = await Stage.open()
})
test.after(({ stage }) => stage.close())

test('is photographed with its states at 360 and 1280 px, light and dark', async ({ stage }) => {
  rmSync('screenshots', { recursive: true, force: true })
  const passwords = ['admin', 'vendor', 'customer'].flatMap((role) => [
    `--${role}`,
    stage.password(`${role}@example.com`),
  ])
  const tour = spawn(
    process.execPath,
    ['--import', 'tsx', 'client/e2e/screenshots.ts', '--base', stage.url, ...passwords],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const [code] = await once(tour, 'exit')
  assert.is(code, 0)
  const pictures = readdirSync('screenshots')
  for (const look of ['360-light', '360-dark', '1280-light', '1280-dark']) {
    assert.ok(pictures.filter((name) => name.endsWith(`${look}.png`)).length >= 20, look)
  }
})

const paths = {
  customer: ['/', '/orders'],
  vendor: ['/', '/jobs', '/finished', '/devices'],
  admin: ['/', '/users', '/services'],
} as const

test('has names, roles and contrast that assistive technology can use, and nothing beyond its right edge', async ({
  stage,
}) => {
  const found: string[] = []
  const check = async (page: Page, what: string) => {
    for (const problem of await problemsOf(page)) found.push(`${what}: ${problem}`)
  }
  for (const width of [360, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const look = `${width} ${colorScheme}`
      const visitor = await stage.newPage({ width, height: 800 }, colorScheme)
      for (const path of ['/sign-in', '/register']) {
        await visitor.goto(stage.url + path)
        await visitor.waitForSelector('form')
        await check(visitor, `${path} ${look}`)
      }
      await visitor.context().close()
      for (const role of ['customer', 'vendor', 'admin'] as const) {
        const page = await stage.enter(`${role}@example.com`, { width, height: 800 }, colorScheme)
        for (const path of paths[role]) {
          await page.goto(stage.url + path)
          await page.waitForSelector('html[data-live="live"]')
          await check(page, `${role} ${path} ${look}`)
        }
        await page.context().close()
      }
    }
  }
  assert.equal(found, [])
})

/** What axe finds serious, and content that is wider than the window. */
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
