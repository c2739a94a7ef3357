import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createShiftLog, type Box } from './shift-log.ts'

const top = { x: 0, y: 0 }
/** A row of 100 px at `index`. */
const row = (index: number): Box => ({ left: 0, top: index * 100, width: 300, height: 100 })
const at = (index: number) => ({ x: 150, y: index * 100 + 50 })

function rows(...names: string[]) {
  return new Map(names.map((name, index) => [name, row(index)]))
}

const rowsAt = (indexes: Record<string, number>) =>
  new Map(Object.entries(indexes).map(([name, index]) => [name, row(index)]))

function setUp(...names: string[]) {
  const time = { now: 10_000 }
  const log = createShiftLog<string>(() => time.now)
  log.sample(rows(...names), top, false)
  return { time, log }
}

test('a press on a row that moved under the finger is blocked for 600 ms, and one on a row that did not is not', () => {
  const { log, time } = setUp('a', 'b', 'below')
  log.sample(rowsAt({ new: 0, a: 1, b: 2, other: 9 }), top, false)
  assert.ok(log.blocks('a', at(1), time.now), 'b was here')
  assert.ok(log.blocks('new', at(0), time.now), 'a was here')
  assert.ok(log.blocks('b', at(2), time.now), 'the row below was here')
  assert.not(log.blocks('other', at(9), time.now), 'nothing was here')
  time.now += 599
  assert.ok(log.blocks('a', at(1), time.now))
  time.now += 1
  assert.not(log.blocks('a', at(1), time.now))
})

test('a press that began before the shift is blocked, however long it lasts', () => {
  const { log, time } = setUp('a', 'b')
  const downAt = time.now
  time.now += 2_000
  log.sample(rows('b'), top, false)
  time.now += 700
  assert.ok(log.blocks('b', at(0), downAt))
})

test('a press on what appeared over another element, or where one vanished, is blocked', () => {
  const { log, time } = setUp('button', 'last')
  log.sample(rowsAt({ button: 0, notice: 0, elsewhere: 5 }), top, false)
  assert.ok(log.blocks('notice', at(0), time.now))
  assert.not(log.blocks('button', at(0), time.now))
  assert.ok(log.blocks('below', at(1), time.now), 'the last row was here')
  assert.not(log.blocks('elsewhere', at(5), time.now))
})

test('an element that moves a little and is still under the finger can be pressed', () => {
  const { log, time } = setUp('link')
  log.sample(new Map([['link', { ...row(0), left: 20 }]]), top, false)
  assert.not(log.blocks('link', at(0), time.now))
})

test('a change that the person made, and scrolling, block nothing', () => {
  const { log, time } = setUp('a', 'b')
  log.sample(rows('new', 'a', 'b'), top, true)
  assert.not(log.blocks('a', at(1), time.now))
  // The page scrolls by one row; a sticky header stays.
  log.sample(rowsAt({ a: 0, b: 1, new: -1 }), { x: 0, y: 100 }, false)
  assert.not(log.blocks('a', at(1), time.now))
  // Scroll anchoring: a row is inserted above, and the rows stay where they are in the window.
  log.sample(rowsAt({ a: 0, b: 1, new: -1 }), { x: 0, y: 200 }, false)
  assert.not(log.blocks('a', at(2), time.now))
})

test.run()
