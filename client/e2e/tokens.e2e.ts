import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { problemsOf } from './accessibility.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const run = promisify(execFile)
const test = suite<{ environment: TestEnvironment }>('API tokens')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

for (const [language, width] of [
  ['en', 1280],
  ['de', 360],
] as const) {
  test(`an admin makes a token, the lines on the page work until it is revoked: ${language}, ${width} px`, async ({
    environment,
  }) => {
    const { tokens: texts, common, devices } = dictionaries[language]
    const page = await environment.signedInPage('admin@example.com', { width, height: 800 }, { language })
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const check = async (what: string) => {
      assert.equal(await problemsOf(page), [], what)
      const { CALLOUT_SHOTS: folder } = process.env
      if (!folder) return
      mkdirSync(folder, { recursive: true })
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.screenshot({
          path: `${folder}/tokens-${what}-${language}-${width}-${colorScheme}.png`,
          fullPage: true,
          animations: 'disabled',
        })
      }
    }
    await page.goto(`${environment.url}/tokens`)
    await button(texts.add).click()
    await page.getByLabel(common.name, { exact: true }).fill('Display in the workshop, ground floor')
    await page.getByLabel(texts.may).selectOption('withoutContact')
    await page.getByLabel(texts.valid).selectOption('90')
    await check('dialog')
    await button(common.add).click()
    const lines = page.getByRole('region', { name: devices.newToken }).locator('code')
    await lines.nth(2).waitFor()
    await check('issued')

    // As they are on the page.
    const [, read = '', listen = ''] = await lines.allInnerTexts()
    const curl = async () => (await run('sh', ['-c', `${read} -s -w '\\n%{http_code}'`])).stdout.trim().split('\n')
    assert.is((await curl()).at(-1), '200')
    const listener = spawn('sh', ['-c', `exec stdbuf -oL ${listen} -d`], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = once(listener, 'exit')
    const heard: string[] = []
    const output = createInterface({ input: listener.stdout })
    output.on('line', (line) => heard.push(line))
    const until = async (text: string) => {
      while (!heard.some((line) => line.includes(text))) await once(output, 'line')
    }
    await until('SUBACK')
    const order = await environment.placeOrder()
    await until(`orders/new {"id":"${order}"`)

    await page.reload()
    await page.getByText(texts.withoutContact).waitFor()
    await check('list')
    await page.getByRole('button', { name: devices.revokeNamed('Display in the workshop, ground floor') }).click()
    await check('revoke')
    await page.getByRole('dialog').getByRole('button', { name: common.revoke, exact: true }).click()
    await page.getByText(texts.empty).waitFor()
    const revokedAt = performance.now()
    assert.is((await curl()).at(-1), '401')
    await ended
    // mosquitto_sub tries to connect again once, a second later.
    assert.ok(performance.now() - revokedAt < 2500, `after ${performance.now() - revokedAt} ms`)

    await button(common.addDevice).click()
    await page.getByLabel(common.name, { exact: true }).fill('Van 7')
    await button(common.add).click()
    await page.getByRole('region', { name: devices.newToken }).waitFor()
    await page.reload()
    await page.getByText(devices.neverConnected).waitFor()
    await check('devices')
    await page.getByRole('button', { name: devices.revokeNamed('Van 7') }).click()
    await page.getByRole('dialog').getByRole('button', { name: common.revoke, exact: true }).click()
    await page.getByText(devices.empty).waitFor()
    await page.context().close()
  })
}

test.run()
