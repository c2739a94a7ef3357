import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, startApp, type TestApp } from '../testing/app.ts'
import { Probe } from '../testing/probe.ts'
import { pageBelow } from './base-path.ts'

const test = suite<{ app: TestApp }>('BASE_PATH')

test.before(async (context) => {
  context.app = await startApp({ env: { BASE_PATH: '/callout/', PUBLIC_URL: 'https://shop.test' } })
})
test.after(({ app }) => app.stop())

test('requests and WebSockets are accepted with the path and without it', async ({ app }) => {
  assert.match(app.http, /:\d+\/callout$/)
  const root = app.http.replace(/\/callout$/, '')
  for (const path of ['/callout/healthz', '/healthz', '/callout/readyz', '/callout/api/services', '/callout/metrics']) {
    const response = await fetch(root + path)
    assert.is(response.status, path.includes('api') ? 401 : 200, path)
    assert.match(response.headers.get('content-type') ?? '', /json|plain/, path)
  }
  for (const path of ['/calloutx/healthz', '/other/healthz'])
    assert.not.match(await (await fetch(root + path)).text(), '"up"', path)
  for (const url of [app.websocket, app.websocket.replace('/callout', '')]) {
    const probe = await Probe.connect(url, { username: 'x', password: app.admin.token })
    await probe.end()
  }
})

test('cookies, Location and links contain the path', async ({ app }) => {
  const person = { name: 'Ana', email: 'ana@example.org', password: app.password }
  const registered = await app.call('POST', '/api/auth/register', person)
  assert.match(registered.headers.get('set-cookie') ?? '', /Path=\/callout\/api\/auth;/)
  const customer = await app.signIn(person.email, person.password)
  const [service] = await app.services()
  const { headers, body } = await customer.post('/api/orders', placeOrder(service?.id ?? ''))
  assert.is(headers.get('location'), `/callout/api/orders/${body.id}`)
  const invitation = await app.admin.post('/api/users/invite', {
    name: 'Ben',
    email: 'ben@example.org',
    role: 'vendor',
  })
  assert.match(invitation.body.url, /^https:\/\/shop\.test\/callout\/invitation#/)
})

test('index.html gets the path in its links, but not in addresses of other servers', () => {
  const html = '<html lang="en"><link href="/a.css"><script src="/b.js"></script><a href="//c.test">'
  const below =
    '<html data-base="/x" lang="en"><link href="/x/a.css"><script src="/x/b.js"></script><a href="//c.test">'
  assert.is(pageBelow(html, '/x'), below)
})

test.run()
