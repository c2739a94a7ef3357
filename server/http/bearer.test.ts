import type { Request } from 'express'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bearerToken } from './bearer.ts'

const test = suite('bearer tokens')

const of = (authorization?: string) => bearerToken({ headers: { authorization } } as Request)

test('a token follows its scheme, and a header that is long for nothing has none', () => {
  assert.is(of('Bearer abc'), 'abc')
  assert.is(of('bearer   abc'), 'abc')
  for (const other of [undefined, 'Basic abc', 'Bearer', 'Bearer a b', `Bearer ${' '.repeat(100)}abc`]) {
    assert.is(of(other), null)
  }
})

test.run()
