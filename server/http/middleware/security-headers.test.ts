import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp } from '../../testing/app.ts'

const test = suite('security headers')

test('a page may load what is the server’s own, and a response of the API nothing', async () => {
  const app = await startApp()
  try {
    const page = (await fetch(`${app.http}/`)).headers
    assert.match(page.get('content-security-policy') ?? '', /default-src 'self';script-src 'self'/)
    assert.is(page.get('cross-origin-opener-policy'), 'same-origin')

    const { headers: response } = await fetch(`${app.http}/api/services`)
    assert.is(response.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'")
    const others = ['cross-origin-resource-policy', 'referrer-policy', 'x-content-type-options', 'x-frame-options']
    assert.equal(
      others.map((name) => response.get(name)),
      ['same-origin', 'no-referrer', 'nosniff', 'DENY'],
    )
    assert.is(response.get('cross-origin-opener-policy'), null, 'it is for documents')
  } finally {
    await app.stop()
  }
})

test.run()
