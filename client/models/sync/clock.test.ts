import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createClock } from './clock.ts'

const http = (milliseconds: number) => new Date(milliseconds).toUTCString()

test('without a response it is the local clock', () => {
  assert.is(createClock(() => 5000).now(), 5000)
})

test('each response narrows the offset', () => {
  let local = 0
  const clock = createClock(() => local)
  const offset = 90_400
  const request = (sentAt: number, roundTrip: number) => {
    local = sentAt + roundTrip
    clock.observe(http(sentAt + roundTrip / 2 + offset), sentAt, local)
  }
  request(1_000_000, 40)
  assert.ok(Math.abs(clock.now() - local - offset) <= 540)
  for (const sentAt of [1_000_300, 1_000_590, 1_000_900, 1_001_250, 1_002_610]) request(sentAt, 40)
  assert.ok(Math.abs(clock.now() - local - offset) < 160, String(clock.now() - local - offset))
})

test('a response with milliseconds determines the offset within half of its round trip', () => {
  const clock = createClock(() => 1_000_040)
  assert.is(clock.accuracy(), Infinity)
  clock.observe(new Date(1_000_030 + 90_400).toISOString(), 1_000_000, 1_000_040)
  assert.ok(clock.accuracy() <= 20.5)
  assert.ok(Math.abs(clock.now() - 1_000_040 - 90_400) <= 20.5)
})

test('a page that starts without a network uses the saved offset', () => {
  let stored = 0
  const storage = { load: () => stored, save: (offset: number) => void (stored = offset) }
  const before = createClock(() => 5_000, storage)
  before.observe(new Date(3_605_000).toISOString(), 5_000, 5_000)
  const after = createClock(() => 6_000, storage)
  assert.ok(Math.abs(after.now() - 3_606_000) <= 1)
  assert.is(after.accuracy(), Infinity)
})

test('starts over when a clock was set', () => {
  const clock = createClock(() => 10_000)
  clock.observe(http(10_000), 10_000, 10_000)
  clock.observe(http(3_610_000), 10_000, 10_000)
  assert.ok(clock.now() >= 3_610_000)
})

test('ignores a response without a date', () => {
  const clock = createClock(() => 10_000)
  clock.observe(null, 9_000, 10_000)
  clock.observe('soon', 9_000, 10_000)
  assert.is(clock.now(), 10_000)
})

test.run()
