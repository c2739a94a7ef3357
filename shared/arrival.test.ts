import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { arrivalByPosition, arrivalByUsualTimes, minutesUntil } from './arrival.ts'

const minute = 60_000
const now = 1_800_000_000_000
const goal = { lat: 52.5, lng: 13.4 }
/** `metres` south of the goal. */
const south = (metres: number) => ({ lat: goal.lat - metres / 111_195, lng: goal.lng })

/** A position every ten seconds of the last `minutes`, at this speed towards the goal, to `metres` before it. */
const drive = (metres: number, kmh: number, minutes: number) =>
  Array.from({ length: minutes * 6 + 1 }, (_, n) => {
    const ago = (minutes * 6 - n) * 10
    return { ...south(metres + (kmh / 3.6) * ago), at: now - ago * 1000 }
  })

const minutes = (window: { from: number; to: number } | null) =>
  window && [(window.from - now) / minute, (window.to - now) / minute].map((value) => Math.round(value * 10) / 10)

test('a vendor who drives at the speed of the last five minutes arrives within the window', () => {
  // 6 km by road of 1.3 times that at 40 km/h: 11.7 min.
  const [from = 0, to = 0] = minutes(arrivalByPosition(now, goal, drive(6000, 40, 5))) ?? []
  assert.ok(from > 8 && from < 11.7 && to > 11.7 && to < 20, `${from}–${to}`)
})

test('who drives faster arrives earlier, and who is nearer too', () => {
  const slow = arrivalByPosition(now, goal, drive(6000, 25, 5))
  const fast = arrivalByPosition(now, goal, drive(6000, 60, 5))
  const near = arrivalByPosition(now, goal, drive(1000, 25, 5))
  assert.ok(slow && fast && near && fast.to < slow.to && near.to < slow.to)
})

test('with one position only the window is wider than with five minutes of driving', () => {
  const one = arrivalByPosition(now, goal, [{ ...south(6000), at: now }])
  const many = arrivalByPosition(now, goal, drive(6000, 30, 5))
  const width = (window: typeof one) => (window ? window.to - window.from : 0)
  assert.ok(width(one) > width(many) * 1.2)
})

test('a vendor who waits at a light does not arrive tomorrow', () => {
  const stands = Array.from({ length: 31 }, (_, n) => ({ ...south(3000), at: now - (30 - n) * 10_000 }))
  const window = arrivalByPosition(now, goal, stands)
  assert.ok(window && window.to - now < 60 * minute)
})

test('a vendor on another continent does not arrive: a position is wrong', () => {
  assert.is(arrivalByPosition(now, goal, [{ lat: -33.9, lng: 18.4, at: now }]), null)
})

test('a vendor at the door arrives now, and never in the past', () => {
  const window = arrivalByPosition(now, goal, [{ ...goal, at: now - 2 * minute }])
  assert.equal(minutes(window), [0, 1])
})

test('a position that is ten minutes old tells nothing', () => {
  assert.is(arrivalByPosition(now, goal, [{ ...south(3000), at: now - 11 * minute }]), null)
  assert.is(arrivalByPosition(now, goal, []), null)
})

test('a position that jumps across the town does not make a speed', () => {
  const jump = [
    { ...south(40_000), at: now - 60_000 },
    { ...south(3000), at: now },
  ]
  const window = arrivalByPosition(now, goal, jump)
  const alone = arrivalByPosition(now, goal, [{ ...south(3000), at: now }])
  assert.equal(window, alone)
})

test('without positions the usual times count, from when the vendor set off', () => {
  const drives = [10, 12, 14, 15, 16, 18, 20, 25].map((value) => value * minute)
  assert.equal(minutes(arrivalByUsualTimes(now, now - 4 * minute, drives)), [10, 21])
  assert.equal(minutes(arrivalByUsualTimes(now, now - 20 * minute, drives)), [0, 5])
  assert.is(arrivalByUsualTimes(now, now - 30 * minute, drives), null, 'longer than ever before')
  assert.is(arrivalByUsualTimes(now, now, drives.slice(0, 2)), null, 'two drives are no habit')
})

test('what is shown is no more exact than it is: steps of five minutes above ten', () => {
  const shown = (from: number, to: number) => {
    const window = minutesUntil(now, { from: now + from * minute, to: now + to * minute })
    return [window.from, window.to]
  }
  assert.equal(shown(11.2, 14.1), [10, 15])
  assert.equal(shown(3.9, 6.2), [3, 7])
  assert.equal(shown(-2, 0.2), [0, 1])
  assert.equal(shown(4.2, 11), [4, 15])
})

test.run()
