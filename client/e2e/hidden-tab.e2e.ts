import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'

/** Longer than the server waits for a client that pings every 30 s. */
const asleep = 65

test('a page whose timers stand still, as in a hidden tab, goes on pinging under our Content-Security-Policy', async () => {
  const environment = await TestEnvironment.open()
  const page = await environment.newPage({ width: 360, height: 740 })
  // Headless Chromium never hides a page, so its timers are stopped by hand: that is more than throttling.
  await page.addInitScript(`
    let stopped = false
    window.stopTimers = () => (stopped = true)
    for (const name of ['setTimeout', 'setInterval']) {
      const real = window[name].bind(window)
      window[name] = (work, ...rest) => real((...given) => stopped || work(...given), ...rest)
    }
  `)
  const problems: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
  let [pings, closes] = [0, 0]
  page.on('websocket', (socket) => {
    // MQTT-3.12: PINGREQ.
    socket.on('framesent', ({ payload }) => void (Buffer.from(payload).toString('hex') === 'c000' && pings++))
    socket.on('close', () => closes++)
  })
  await page.goto(environment.url)
  await page.getByLabel('E-mail').fill('vendor@example.com')
  await page.getByLabel('Password', { exact: true }).fill(environment.password('vendor@example.com'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForSelector('html[data-live="live"]')
  await page.evaluate('stopTimers()')
  await sleep(asleep * 1000)
  console.log(`\n  ${pings} pings in ${asleep} s without timers, ${closes} closes`)
  assert.ok(pings >= 2, `${pings} pings`)
  assert.is(closes, 0)
  assert.equal(problems, [])
  await environment.close()
})

test.run()
