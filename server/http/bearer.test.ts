import type { Request } from 'express'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bearerToken } from './bearer.ts'

const test = suite('bearer tokens')

const tokenOf = (authorization?: string) => bearerToken({ headers: { authorization } } as Request)

test('the token follows the scheme; a padded or malformed header has none', () => {
  assert.is(tokenOf('Bearer abc'), 'abc')
  assert.is(tokenOf('bearer   abc'), 'abc')
  for (const other of [undefined, 'Basic abc', 'Bearer', 'Bearer a b', `Bearer ${' '.repeat(100)}abc`]) {
    assert.is(tokenOf(other), null)
  }
})

test.run()
