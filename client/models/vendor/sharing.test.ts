import { signal } from '@preact/signals'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import { createSharing, type Choice } from './sharing.ts'

const test = suite('sharing the position')

/** A browser whose position is set by `move`, and a server that takes what is sent. */
function driver({ fails = false, choice = signal<Choice>(null) } = {}) {
  const driving = signal(true)
  const sent: unknown[] = []
  const heard = new Set<() => void>()
  const watching = new Map<number, { found: PositionCallback; failed: PositionErrorCallback | null | undefined }>()
  const geolocation: Geolocation = {
    watchPosition(found, failed) {
      watching.set(1, { found, failed })
      return 1
    },
    clearWatch: (id) => void watching.delete(id),
    getCurrentPosition() {},
  }
  const time = { now: 0 }
  const sharing = createSharing({
    driving,
    choice,
    geolocation: () => geolocation,
    monotonic: () => time.now,
    api: {
      async post<S extends z.ZodMiniType>(_path: string, schema: S, body: unknown): Promise<z.infer<S>> {
        sent.push(body)
        for (const told of heard) told()
        if (fails) throw new Error('no network')
        return schema.parse(null)
      },
    },
  })
  return {
    driving,
    sharing,
    sent,
    time,
    isWatching: () => watching.size > 0,
    move(latitude: number) {
      const rest = { altitude: null, altitudeAccuracy: null, heading: null, speed: null }
      const coords = { latitude, longitude: 0, accuracy: 7.6, ...rest, toJSON: () => ({}) }
      watching.get(1)?.found({ coords, timestamp: 0, toJSON: () => ({}) })
    },
    fail: (code: number) =>
      watching.get(1)?.failed?.({ code, message: '', PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 }),
    /** Resolves after the next request. */
    request: () =>
      new Promise<void>((resolve) => {
        const told = () => {
          heard.delete(told)
          resolve()
        }
        heard.add(told)
      }),
  }
}

test('the vendor is asked once; nothing is read before the answer, nor after "no"', () => {
  const choice = signal<Choice>(null)
  const first = driver({ choice })
  assert.is(first.sharing.state.value, 'ask')
  assert.not.ok(first.isWatching())
  first.sharing.choose('off')
  assert.is(first.sharing.state.value, 'off')
  first.sharing.stop()
  const second = driver({ choice })
  assert.equal([second.sharing.state.value, second.isWatching()], ['off', false])
  second.sharing.choose('on')
  assert.equal([second.sharing.state.value, second.isWatching()], ['waiting', true])
  second.sharing.stop()
})

test('it is sent while the vendor drives, and not before or after', async () => {
  const { driving, sharing, sent, move, isWatching, request } = driver()
  sharing.choose('on')
  driving.value = false
  assert.equal([sharing.state.value, isWatching()], [null, false])
  driving.value = true
  const requested = request()
  move(1)
  await requested
  await Promise.resolve()
  assert.equal(sent, [{ lat: 1, lng: 0, accuracy: 8 }])
  assert.is(sharing.state.value, 'shared')
  driving.value = false
  assert.equal([sharing.state.value, isWatching()], [null, false])
  sharing.stop()
})

test('of many positions the newest is sent when the interval is over; a step is not worth a message', async () => {
  const { sharing, sent, move, time, request } = driver()
  sharing.choose('on')
  const first = request()
  move(1)
  await first
  time.now = 2_990
  const second = request()
  for (const latitude of [1.1, 1.2, 1.3]) move(latitude)
  await second
  assert.equal(sent.slice(1), [{ lat: 1.3, lng: 0, accuracy: 8 }])
  time.now = 9_000
  move(1.300_05)
  await new Promise((resolve) => setTimeout(resolve))
  assert.is(sent.length, 2, 'six metres')
  sharing.stop()
})

test('what does not work is said: a refusal, no position, no network', async () => {
  const denied = driver()
  denied.sharing.choose('on')
  denied.fail(1)
  assert.is(denied.sharing.state.value, 'denied')
  denied.fail(2)
  assert.is(denied.sharing.state.value, 'unavailable')
  denied.move(1)
  assert.is(denied.sharing.state.value, 'waiting')
  denied.fail(1)
  denied.sharing.retry()
  assert.equal([denied.sharing.state.value, denied.isWatching()], ['waiting', true])
  denied.sharing.stop()
  const offline = driver({ fails: true, choice: signal<Choice>('on') })
  const requested = offline.request()
  offline.move(1)
  await requested
  await Promise.resolve()
  await Promise.resolve()
  assert.is(offline.sharing.state.value, 'unsent')
  offline.sharing.stop()
})

test.run()
