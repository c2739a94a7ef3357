import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('below BASE_PATH')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ BASE_PATH: '/callout' })
})
test.after(({ environment }) => environment.close())

const { auth, nav } = dictionaries.en
const phone = { width: 360, height: 740 }

test('sign-in, live pages, links, a reload and a reload without a network stay below the path', async ({
  environment,
}) => {
  const page = await environment.newPage(phone)
  const problems: string[] = []
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    const refused = response.status() >= 400 && !pathname.endsWith('/auth/refresh')
    if (!pathname.startsWith('/callout/') || refused) problems.push(`${response.status()} ${pathname}`)
  })
  const path = () => new URL(page.url()).pathname + new URL(page.url()).search
  await page.goto(`${environment.url}/callout/orders`)
  await page.waitForURL('**/sign-in**')
  assert.is(path(), '/callout/sign-in?next=%2Forders')
  await environment.signIn(page, 'customer@example.com')
  await page.waitForURL('**/callout/orders')

  const id = await environment.placeOrder()
  await page.locator(`a[href="/callout/orders/${id}"]`).first().click()
  await page.waitForSelector(`[data-order-id="${id}"][data-status="pending"]`)
  assert.is(path(), `/callout/orders/${id}`)
  await page.reload()
  await page.waitForSelector('html[data-live="live"]')
  await page.getByRole('link', { name: nav.home }).click()
  await page.waitForURL((url) => url.pathname === '/callout/')

  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
  assert.is(new URL(scope).pathname, '/callout/')
  const manifest = await page.evaluate(async () => {
    const { href } = document.querySelector<HTMLLinkElement>('link[rel="manifest"]') ?? { href: '' }
    const { start_url: start, icons } = await (await fetch(href)).json()
    return [start, icons[0].src].map((address) => new URL(address, href).pathname)
  })
  assert.equal(manifest, ['/callout/', '/callout/icon-192.png'])
  assert.equal(problems, [])

  await page.reload()
  await page.waitForSelector('html[data-live="live"]')
  await environment.network.off()
  await page.goto(`${environment.url}/callout/orders/${id}`)
  await page.getByText(auth.stillSignedIn).waitFor()
  await page.context().close()
})

test.run()
