import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'

const test = suite<{ environment: TestEnvironment }>('screenshots')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

test('screenshots of all pages and states are taken at 360 and 1280 px, light and dark', async ({ environment }) => {
  rmSync('screenshots', { recursive: true, force: true })
  const passwords = ['admin', 'vendor', 'customer'].flatMap((role) => [
    `--${role}`,
    environment.password(`${role}@example.com`),
  ])
  const screenshots = spawn(
    process.execPath,
    ['--import', 'tsx', 'client/e2e/screenshots.ts', '--base', environment.url, ...passwords],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const [code] = await once(screenshots, 'exit')
  assert.is(code, 0)
  const files = readdirSync('screenshots')
  for (const look of ['360-light', '360-dark', '1280-light', '1280-dark']) {
    assert.ok(files.filter((name) => name.endsWith(`${look}.png`)).length >= 20, look)
  }
})

test.run()
