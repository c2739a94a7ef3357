import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fakeTimers, settled } from '../testing/orders.ts'
import { ApiError, offlineError } from './api-error.ts'
import { backOff, createRetry, createRetryTimer } from './retry.ts'

const limits = { first: 100, most: 1_000 }

/** A stand-in for setTimeout that records the delays. */
function recordedTimers() {
  const waiting: { work: () => void; milliseconds: number }[] = []
  return {
    setTimer: (work: () => void, milliseconds: number) => waiting.push({ work, milliseconds }),
    delays: () => waiting.map(({ milliseconds }) => milliseconds),
    pass: () => waiting.splice(0).forEach(({ work }) => work()),
  }
}

test('the delay doubles up to its limit, a quarter more or less', () => {
  for (const [attempt, delay] of [100, 200, 400, 800, 1_000, 1_000].entries()) {
    const found = backOff(attempt, limits)
    assert.ok(found >= delay * 0.75 && found <= delay * 1.25, `${attempt}: ${found}`)
  }
})

test('each failure lengthens the delay, a success resets it', () => {
  const { setTimer, delays } = recordedTimers()
  const timer = createRetryTimer(limits, setTimer)
  timer.failed(() => {})
  timer.failed(() => {})
  timer.failed(() => {})
  assert.is(timer.failures(), 3)
  timer.succeeded()
  timer.failed(() => {})
  const [first = 0, , third = 0, afterSuccess = 0] = delays()
  assert.ok(third > first && afterSuccess < third)
})

test('only the newest scheduled attempt runs', () => {
  const { setTimer, pass } = recordedTimers()
  const timer = createRetryTimer(limits, setTimer)
  const ran: string[] = []
  timer.failed(() => ran.push('first'))
  timer.schedule(() => ran.push('second'), 0)
  assert.ok(timer.isPending())
  pass()
  assert.equal([ran, timer.isPending()], [['second'], false])
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
