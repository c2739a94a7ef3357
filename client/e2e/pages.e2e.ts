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

test('has names, roles and contrast that assistive technology can use', async ({ stage }) => {
  const found: string[] = []
  for (const width of [360, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const role of ['customer', 'vendor', 'admin']) {
        const page = await stage.enter(`${role}@example.com`, { width, height: 800 }, colorScheme)
        const paths =
          { customer: ['/', '/orders'], vendor: ['/', '/jobs'], admin: ['/', '/users', '/services'] }[role] ?? []
        for (const path of paths) {
          await page.goto(stage.url + path)
          await page.waitForSelector('html[data-live="live"]')
          found.push(
            ...(await violations(page)).map((violation) => `${role} ${path} ${width} ${colorScheme}: ${violation}`),
          )
        }
        await page.context().close()
      }
    }
  }
  assert.equal(found, [])
})

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations: all } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }))
  return all
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}

test.run()
