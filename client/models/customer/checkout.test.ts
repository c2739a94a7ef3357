import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fakeTimers, settled } from '../../testing/orders.ts'
import { ApiError, offlineError } from '../session/api-error.ts'
import { createSubmissionKey } from './checkout.ts'
import { createRetry } from '../../live/retry.ts'

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

test('transient failures are retried until the request succeeds, once', async () => {
  const timers = fakeTimers()
  const retry = createRetry(timers.setTimer)
  const results = [offlineError(), new ApiError('unavailable', 503, 'restarting'), 'placed']
  const done = retry.run(async () => {
    const result = results.shift()
    if (result instanceof Error) throw result
    return result
  })
  await settled()
  assert.is(retry.waiting.value, true)
  timers.pass()
  await settled()
  timers.pass()
  assert.is(await done, 'placed')
  assert.equal([retry.waiting.value, results], [false, []])
})

test('neither a refusal nor a cancelled request is retried', async () => {
  const timers = fakeTimers()
  const retry = createRetry(timers.setTimer)
  const refusal = new ApiError('unknown_service', 422, 'no')
  const outcome = (work: Promise<unknown>) => work.catch((error: unknown) => error)
  assert.is(await outcome(retry.run(() => Promise.reject(refusal))), refusal)
  const offline = offlineError()
  const cancelled = outcome(retry.run(() => Promise.reject(offline)))
  await settled()
  retry.cancel()
  assert.is(await cancelled, offline, 'at once')
  timers.pass()
  assert.is(retry.waiting.value, false)
})

test.run()
