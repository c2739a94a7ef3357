import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../testing/clock.ts'
import { UnavailableError } from './errors.ts'
import { retry, retryWhileUnavailable } from './retry.ts'

const test = suite('retry')

/** Fails that many times, then resolves to the number of attempts. */
function failing(times: number, error: Error = new Error('down')) {
  let attempts = 0
  return async () => {
    if (++attempts <= times) throw error
    return attempts
  }
}

function recordedWait() {
  const waits: number[] = []
  const wait = async (ms: number) => void waits.push(ms)
  return { waits, wait }
}

test('repeats until the work succeeds, with the delay of each attempt', async () => {
  const { waits, wait } = recordedWait()
  const errors: unknown[] = []
  const delay = (failures: number) => 10 * 2 ** failures
  const result = await retry(failing(3), { retryIf: () => true, delay, wait, onRetry: (error) => errors.push(error) })
  assert.is(result, 4)
  assert.equal(waits, [20, 40, 80])
  assert.is(errors.length, 3)
})

test('rejects at once with an error that must not be retried', async () => {
  const { waits, wait } = recordedWait()
  const error = new Error('refused')
  const outcome = await retry(failing(1, error), { retryIf: () => false, delay: 1, wait }).catch((e: unknown) => e)
  assert.is(outcome, error)
  assert.equal(waits, [])
})

test('rejects with the last error after the given number of attempts', async () => {
  const { waits, wait } = recordedWait()
  const error = new Error('down')
  const options = { retryIf: () => true, delay: 5, attempts: 3, wait }
  assert.is(await retry(failing(3, error), options).catch((e: unknown) => e), error)
  assert.equal(waits, [5, 5])
  assert.is(await retry(failing(2, error), options), 3)
})

test('rejects with the last error once it is cancelled', async () => {
  const { wait } = recordedWait()
  const error = new Error('down')
  let checks = 0
  const options = { retryIf: () => true, delay: 5, wait, cancelled: () => ++checks === 2 }
  assert.is(await retry(failing(9, error), options).catch((e: unknown) => e), error)
  assert.is(checks, 2)
})

test('retryWhileUnavailable waits on the injected clock and passes other errors on', async () => {
  const clock = new StillClock()
  const away = new UnavailableError('the database is away')
  let done = 0
  const result = retryWhileUnavailable(failing(2, away), clock, () => false).then((value) => (done = value))
  for (const _ of [1, 2]) {
    await clock.waitedFor(500)
    assert.is(done, 0)
    clock.advance(500)
  }
  assert.is(await result, 3)
  const other = new Error('a bug')
  assert.is(await retryWhileUnavailable(failing(1, other), clock, () => false).catch((e: unknown) => e), other)
})

test.run()
