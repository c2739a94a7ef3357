import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { problemsOf } from './accessibility.ts'
import { setChecked, TestEnvironment } from './environment.ts'
import { dictionaries } from './languages.ts'

const test = suite<{ environment: TestEnvironment }>('webhooks')

test.before(async (context) => {
  context.environment = await TestEnvironment.open({ WEBHOOKS_ALLOW_PRIVATE: 'true' })
})
test.after(({ environment }) => environment.close())

/** A receiver that answers with `status`, and what it got: the body with its headers. */
async function startReceiver() {
  const received: { body: string; headers: Record<string, string> }[] = []
  const state = { status: 204 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const)
      received.push({ body, headers: Object.fromEntries(headers) })
      response.writeHead(state.status).end(state.status === 204 ? undefined : 'the <b>ledger</b> is closed')
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}/callout`, received, state, stop: () => server.close() }
}

for (const [language, width] of [
  ['en', 1280],
  ['de', 360],
] as const) {
  test(`an admin sets up a webhook, tests it, sees a failure and sends it again: ${language}, ${width} px`, async ({
    environment,
  }) => {
    const { webhooks: texts, common } = dictionaries[language]
    const receiver = await startReceiver()
    const page = await environment.signedInPage('admin@example.com', { width, height: 800 }, { language })
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    const check = async (what: string) => {
      assert.equal(await problemsOf(page), [], what)
      const { CALLOUT_SHOTS: folder } = process.env
      if (!folder) return
      mkdirSync(folder, { recursive: true })
      await page.screenshot({ path: `${folder}/${what}-${language}-${width}.png`, fullPage: true })
    }
    await page.goto(`${environment.url}/webhooks`)
    await page.getByRole('button', { name: texts.add, exact: true }).waitFor()
    await check('empty')
    await press(texts.add)
    await page.getByLabel(texts.address).fill(receiver.url)
    await setChecked(page.getByLabel(texts.eventNames['order.placed']), false)
    await press(common.add)
    await page.getByText(texts.chooseEvents).waitFor()
    await setChecked(page.getByLabel(texts.eventNames['order.placed']), true)
    await setChecked(page.getByLabel(texts.eventNames['order.accepted']), true)
    await check('dialog')
    await press(common.add)
    const secret = await page.locator('code', { hasText: /^whsec_/ }).innerText()
    await check('secret')

    await page.getByRole('link', { name: receiver.url }).click()
    await press(texts.test)
    await page.getByText(texts.testDelivered(204)).waitFor()
    assert.is(await page.getByText(secret).count(), 0)

    receiver.state.status = 500
    await environment.placeOrder()
    while (receiver.received.length < 2) await press(texts.refresh)
    await press(texts.refresh)
    await page.locator('[data-delivery=waiting] summary').click()
    await page.getByText(texts.errors.status).first().waitFor()
    await page.getByText('the <b>ledger</b> is closed').first().waitFor()
    await check('failure')

    receiver.state.status = 204
    await press(texts.replay)
    await page.locator('[data-delivery=waiting]').waitFor({ state: 'detached' })
    assert.is(await page.locator('[data-delivery=delivered]').count(), 2)
    const [, first, again] = receiver.received
    assert.equal([again?.body, again?.headers['webhook-id']], [first?.body, first?.headers['webhook-id']])
    for (const { body, headers } of receiver.received) new Webhook(secret).verify(body, headers)

    await press(texts.rotate)
    await page.getByRole('dialog').getByRole('button', { name: texts.rotate, exact: true }).click()
    const next = page.locator('code', { hasText: /^whsec_/ })
    assert.is.not(await next.innerText(), secret)
    await check('rotated')

    await press(texts.remove)
    await page.getByRole('dialog').getByRole('button', { name: texts.remove, exact: true }).click()
    await page.getByText(texts.empty).waitFor()
    receiver.stop()
    await page.context().close()
  })
}

test.run()
