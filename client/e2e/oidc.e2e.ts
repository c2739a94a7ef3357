import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { client, startProvider, type TestProvider } from '../../server/features/oidc/testing/provider.ts'
import { TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment; provider: TestProvider }>('OpenID Connect')

/** A port that is free now: the provider has to know the server's address before the server starts. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

test.before(async (context) => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  context.provider = await startProvider({ returnsTo: url })
  context.environment = await TestEnvironment.open({
    PORT: String(port),
    PUBLIC_URL: url,
    OIDC_ISSUER: context.provider.issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_LABEL: 'Our company',
  })
})
test.after(async ({ environment, provider }) => {
  await environment.close()
  await provider.stop()
})

const { common, otherWays: texts } = dictionaries.en
const phone = { width: 360, height: 740 }

test('a vendor continues with the provider and is on the page that was requested', async ({
  environment,
  provider,
}) => {
  provider.signInAs('vendor', { email: 'vendor@example.com', email_verified: true })
  const page = await environment.newPage(phone)
  await page.goto(`${environment.server}/devices`)
  await page.getByRole('link', { name: texts.continueWith('Our company') }).click()
  await page.waitForSelector('html[data-live="live"]')
  assert.is(new URL(page.url()).pathname, '/devices')
  assert.is(new URL(page.url()).hash, '')
  await page.reload()
  await page.waitForSelector('html[data-live="live"]')
})

test('a refusal is shown, and the password still works', async ({ environment, provider }) => {
  provider.signInAs('stranger', { email: 'customer@example.com', email_verified: false })
  const page = await environment.newPage(phone)
  await page.goto(`${environment.server}/sign-in`)
  await page.getByRole('link', { name: texts.continueWith('Our company') }).click()
  await page.getByText(texts.problems.email).waitFor()
  await page.getByRole('button', { name: texts.back }).click()
  await page.getByLabel(common.email).fill('customer@example.com')
  await page.getByLabel(common.password, { exact: true }).fill(environment.password('customer@example.com'))
  await page.getByRole('button', { name: common.signIn, exact: true }).click()
  await page.waitForSelector('html[data-live="live"]')
})

test.run()
