import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'

const test = suite<{ environment: TestEnvironment }>('a live page over time')

const lifetime = 8
const lifetimes = 4

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ ACCESS_TOKEN_TTL: `${lifetime}s` })
})
test.after(({ environment }) => environment.close())

test('its token is renewed four times and nobody notices: always live, no page load, every order there', async ({
  environment,
}) => {
  const admin = await environment.signedInPage('admin@example.com', { width: 1280, height: 800 })
  const problems: string[] = []
  admin.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
  admin.on('pageerror', (error) => problems.push(error.message))
  let loads = 0
  admin.on('domcontentloaded', () => loads++)
  let sockets = 0
  admin.on('websocket', () => sockets++)
  await admin.evaluate(() => {
    const phases: string[] = []
    Object.assign(window, { phases })
    const root = document.documentElement
    new MutationObserver(() => phases.push(root.dataset.live ?? '')).observe(root, { attributeFilter: ['data-live'] })
  })
  const placed: string[] = []
  for (let second = 0; second < lifetime * lifetimes; second += 2) {
    placed.push(await environment.placeOrder())
    await admin.waitForSelector(`[data-order-id="${placed.at(-1)}"]`, { timeout: 2_000, state: 'attached' })
    await sleep(2_000)
  }
  const phases: unknown = await admin.evaluate('window.phases')
  console.log(`\n  renewed ${sockets} times in ${lifetime * lifetimes} s, ${placed.length} orders seen`)
  assert.ok(sockets >= lifetimes, `${sockets} connections`)
  assert.equal(phases, [])
  assert.is(loads, 0)
  assert.equal(problems, [])
})

test.run()
