import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { at } from '../../testing/orders.ts'
import { createFreshness } from './freshness.ts'

test('counts from the change at the server to the painted screen, and keeps the newest hundred', () => {
  let now = Date.parse(at(0))
  const frames: (() => void)[] = []
  const freshness = createFreshness({ now: () => now, afterPaint: (painted) => void frames.push(painted) })
  const change = (taken: number, painted: number) => {
    now = Date.parse(at(0)) + taken
    freshness.observe(at(0))
    now = Date.parse(at(0)) + painted
    frames.splice(0).forEach((paint) => paint())
  }
  assert.is(freshness.summary.value, null)
  change(5, 20)
  assert.equal(freshness.summary.value, { median: 20, p95: 20, count: 1 })
  for (let n = 0; n < 150; n++) change(5, n < 140 ? 30 : 90)
  assert.equal(freshness.summary.value, { median: 30, p95: 90, count: 100 })
})

test('a clock that is a little ahead makes nothing arrive before it was made', () => {
  const freshness = createFreshness({ now: () => Date.parse(at(0)), afterPaint: (painted) => painted() })
  freshness.observe(at(1))
  assert.is(freshness.summary.value?.median, 0)
})

test.run()
