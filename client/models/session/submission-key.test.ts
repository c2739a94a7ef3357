import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createSubmissionKey } from './submission-key.ts'

/** A fake localStorage. */
const disk = new Map<string, string>()
Object.assign(globalThis, {
  localStorage: {
    getItem: (key: string) => disk.get(key) ?? null,
    setItem: (key: string, value: string) => void disk.set(key, value),
    removeItem: (key: string) => void disk.delete(key),
  },
})

function keys() {
  let count = 0
  return () => `key-${++count}`
}

test('the same body has the same key, another body another key', () => {
  const submission = createSubmissionKey('one', keys())
  assert.is(submission.keyFor({ a: 1 }), 'key-1')
  assert.is(submission.keyFor({ a: 1 }), 'key-1')
  assert.is(submission.keyFor({ a: 2 }), 'key-2')
  submission.done()
  assert.is(submission.keyFor({ a: 2 }), 'key-3')
})

test('the key survives a reload, so that a retry creates no second order', () => {
  const random = keys()
  const before = createSubmissionKey('two', random).keyFor({ a: 1 })
  assert.is(createSubmissionKey('two', random).keyFor({ a: 1 }), before)
  assert.is.not(createSubmissionKey('two', random).keyFor({ a: 2 }), before)
})

test.run()
