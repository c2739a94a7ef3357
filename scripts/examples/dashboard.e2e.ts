import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NewApiToken } from '#shared/api-tokens.ts'
import { setStatus } from '../../client/e2e/api.ts'
import { TestEnvironment } from '../../client/e2e/environment.ts'

/** Serves dashboard.html on a port of its own, so from another origin than Callout. */
async function servePage() {
  const html = await readFile('scripts/examples/dashboard.html')
  const server = createServer((_request, response) => void response.setHeader('Content-Type', 'text/html').end(html))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen on TCP')
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() }
}

interface Context {
  environment: TestEnvironment
  allowed: Awaited<ReturnType<typeof servePage>>
  other: Awaited<ReturnType<typeof servePage>>
}

const test = suite<Context>('dashboard.html on another origin')

test.before(async (context) => {
  context.allowed = await servePage()
  context.other = await servePage()
  context.environment = await TestEnvironment.open({ ALLOWED_ORIGINS: context.allowed.origin })
})
test.after(async ({ environment, allowed, other }) => {
  allowed.close()
  other.close()
  await environment.close()
})

async function openDashboard({ environment }: Context, origin: string, secret: string) {
  const page = await environment.newPage({ width: 1280, height: 800 })
  await page.goto(`${origin}/dashboard.html?server=${environment.url}#${secret}`)
  return page
}

async function issue({ environment }: Context, name: string) {
  const admin = await environment.apiClient('admin@example.com')
  return (await admin.post('/tokens', NewApiToken, { name, scope: 'dashboard' })).secret
}

test('an origin of ALLOWED_ORIGINS shows the orders live, also after a lost connection', async (context) => {
  const { environment, allowed } = context
  await environment.placeOrder()
  const page = await openDashboard(context, allowed.origin, await issue(context, 'Wall'))
  await page.getByText('live', { exact: true }).waitFor()
  const rows = page.locator('tr')
  assert.is(await rows.count(), 1)
  const id = await environment.placeOrder()
  await rows.nth(1).waitFor()
  const vendor = await environment.apiClient('vendor@example.com')
  await setStatus(vendor, { id }, 'accepted')
  await rows.first().getByText('accepted').waitFor()

  await environment.network.off()
  await page.getByText('offline', { exact: true }).waitFor()
  await setStatus(vendor, { id }, 'on_the_way')
  await environment.network.on()
  await rows.first().getByText('on_the_way').waitFor()
  await page.getByText('live', { exact: true }).waitFor()
  assert.is(await page.locator('#message').textContent(), '')
})

test('the page of any other origin says what to set', async (context) => {
  const { environment, other } = context
  const page = await openDashboard(context, other.origin, await issue(context, 'Other'))
  const message = page.locator('#message')
  await message.getByText(`ALLOWED_ORIGINS=${other.origin}`).waitFor()
  assert.is(
    await message.textContent(),
    `${environment.url} refuses pages of ${other.origin}. Start that server with ALLOWED_ORIGINS=${other.origin} in its environment or its .env file; several origins are separated by commas.`,
  )
  assert.is(await page.locator('tr').count(), 0)
})

test('a wrong token is named', async (context) => {
  const page = await openDashboard(context, context.allowed.origin, 'tok_wrong.secret')
  await page.getByText('refused', { exact: true }).waitFor()
  assert.match(String(await page.locator('#message').textContent()), 'The token is wrong')
})

test.run()
