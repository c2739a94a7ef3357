import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createKnownBrowsers } from './known-browsers.ts'
import { deriveKey } from './tokens.ts'

const browsers = createKnownBrowsers(deriveKey('x'.repeat(32), 'test'))

test('a browser is recognised for each account that it has signed in to, by one id', () => {
  const first = browsers.add(undefined, 'ana@example.com') ?? ''
  const both = browsers.add(first, 'ben@example.com') ?? ''
  const id = browsers.recognise(first, 'ana@example.com')
  assert.ok(id)
  assert.is(browsers.recognise(first, 'ben@example.com'), null)
  assert.equal(
    ['ana@example.com', 'ben@example.com'].map((account) => browsers.recognise(both, account)),
    [id, id],
  )
  assert.is(browsers.add(both, 'ana@example.com'), null)
})

test('a token with the id of another browser, of another server or without a signature is not recognised', () => {
  const [mine, theirs] = [
    browsers.add(undefined, 'eve@example.com') ?? '',
    browsers.add(undefined, 'ana@example.com') ?? '',
  ]
  const [id, signature] = [mine.split('.')[0], theirs.split('.')[1]]
  const other = createKnownBrowsers(deriveKey('y'.repeat(32), 'test')).add(undefined, 'ana@example.com') ?? ''
  for (const forged of [`${id}.${signature}`, other, id, '', '.', undefined])
    assert.is(browsers.recognise(forged, 'ana@example.com'), null)
})

test('a token holds eight accounts, the newest', () => {
  let token = ''
  for (let n = 0; n < 10; n++) token = browsers.add(token, `${n}@example.com`) ?? ''
  const known = Array.from({ length: 10 }, (_, n) => browsers.recognise(token, `${n}@example.com`) !== null)
  assert.equal(known, [false, false, ...Array.from({ length: 8 }, () => true)])
})

test.run()
