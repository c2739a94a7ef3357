import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { arrivalText } from './arrival.ts'

const now = Date.parse('2026-03-02T08:00:00.000Z')
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
const text = (from: number, to: number) => arrivalText({ from: inMinutes(from), to: inMinutes(to) }, now)

test('an arrival is said as exactly as it is known', () => {
  assert.equal(
    [text(0, 0.5), text(0, 4), text(4.2, 5.8), text(3, 8), text(11, 14.5), text(2, 21)],
    ['a minute away', 'within 4 min', 'about 5 min', '3–8 min', '10–15 min', '2–25 min'],
  )
})

test('a time that is over is not said', () => {
  assert.is(text(-10, -1), null)
})

test.run()
