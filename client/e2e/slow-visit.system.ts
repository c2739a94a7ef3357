import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'
import { containing, dictionaries } from './languages.ts'

// A system test, because those that measure times run alone.

const test = suite<{ environment: TestEnvironment }>('the first visit on Slow 3G')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
})
test.after(({ environment }) => environment.close())

const { common, customer } = dictionaries.en
const email = 'customer@example.com'

/** Chromium's Slow 3G, and a processor four times slower. */
async function slow3G(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const throughput = { downloadThroughput: 50_000, uploadThroughput: 50_000 }
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, ...throughput })
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
}

/** The scripts set the title once they handle all events. */
const markUsable = () => {
  const look = () => (document.title.includes('·') ? performance.mark('usable') : requestAnimationFrame(look))
  requestAnimationFrame(look)
}

/** In ms, from an empty cache to the customer's live page. */
async function slowVisit(environment: TestEnvironment) {
  const page = await environment.newPage({ width: 360, height: 740 })
  page.setDefaultTimeout(20_000)
  await slow3G(page)
  await page.addInitScript(markUsable)
  await page.goto(environment.url, { waitUntil: 'commit' })
  await page.waitForFunction(() => performance.getEntriesByName('usable').length > 0)
  const start = await page.evaluate(() => {
    const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? Infinity
    const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .filter(({ responseEnd, responseStart }) => responseStart > 0 && responseEnd < at('usable'))
    return {
      readable: at('first-contentful-paint'),
      usable: at('usable'),
      bytes: loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      // What the HTML names is requested at once. All else would be a third link of the chain.
      chained: loaded
        .slice(1)
        .flatMap(({ name }) => (document.querySelector(`head [src="${new URL(name).pathname}"]`) ? [] : [name])),
    }
  })

  // What follows is loaded while a person types: 3 s here.
  await page.getByLabel(common.email).pressSequentially(email, { delay: 80 })
  await page.getByLabel(common.password, { exact: true }).pressSequentially(environment.password(email), { delay: 80 })
  const pressedAt = performance.now()
  await page.getByRole('button', { name: common.signIn }).click()
  await page.waitForSelector('html[data-live="live"]')
  await page
    .getByRole('button', { name: containing(customer.add('')) })
    .first()
    .waitFor()
  const live = performance.now() - pressedAt
  await page.context().close()
  return { ...start, live }
}

test('on Slow 3G it is readable within 1.2 s, usable within 2.5 s, and live 3 s after the press', async ({
  environment,
}) => {
  // What else runs on the processor makes it slower, and nothing makes it quicker: one of three visits must do.
  for (const visit of [1, 2, 3]) {
    const { readable, usable: works, live, bytes, chained } = await slowVisit(environment)
    const [shown, form, page] = [readable, works, live].map(Math.round)
    console.log(
      `\nfigures Slow 3G, ms: readable ${shown}, usable ${form}, live ${page} after the press; ${bytes} bytes`,
    )
    assert.equal(chained, [])
    assert.ok(bytes < 30_000, `${bytes} bytes`)
    if (readable <= 1_200 && works <= 2_500 && live <= 3_000) return
    assert.ok(visit < 3, 'none of three visits was within the limits')
  }
})

test.run()
