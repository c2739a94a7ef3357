import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { at } from '../../testing/orders.ts'
import { createFreshness } from './freshness.ts'

test('measures from the change at the server to the painted screen, over the newest hundred changes', () => {
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

test('a server clock that is ahead gives a latency of zero, not a negative one', () => {
  const freshness = createFreshness({ now: () => Date.parse(at(0)), afterPaint: (painted) => painted() })
  freshness.observe(at(1))
  assert.is(freshness.summary.value?.median, 0)
})

test.run()
