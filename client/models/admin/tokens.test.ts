import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tokenLines } from './tokens.ts'

test('the lines of a token without contact details subscribe only to what it may read', () => {
  const to = { server: 'https://example.com', host: 'example.com', port: 1883, secret: 'tok_1.x' }
  const filtersOf = (contact: boolean) =>
    tokenLines({ ...to, contact })
      .map(({ line }) => line.match(/-t '[^']+'/g))
      .find(Boolean)
  assert.equal(filtersOf(true), ["-t 'orders/#'", "-t 'vendor/#'"])
  assert.equal(filtersOf(false), ["-t 'orders/new'", "-t 'orders/update'", "-t 'vendor/#'"])
})

test('the line that reads the orders has the base path', () => {
  const [read] = tokenLines({
    server: 'https://example.com/callout',
    host: 'example.com',
    port: 1883,
    secret: 'tok_1.x',
    contact: true,
  })
  assert.match(read.line, / https:\/\/example\.com\/callout\/api\/orders$/)
})

test.run()
