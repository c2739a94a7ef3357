import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ownPath } from './own-path.ts'

const test = suite('own path')

test('an address of this server stays; any other becomes the start page', () => {
  for (const own of ['/', '/orders/1', '/?order=1&x=%2F%2Fevil.example']) assert.is(ownPath(own), own)
  const others = [
    undefined,
    '',
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    '/.//evil.example',
    '/..//evil.example',
    'orders',
  ]
  for (const other of others) assert.is(ownPath(other), '/', String(other))
})

test.run()
