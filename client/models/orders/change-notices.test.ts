import { signal } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fakeTimers } from '../../testing/orders.ts'
import type { LiveState } from '../../live/live.ts'
import { createChangeNotices } from './change-notices.ts'

function setUp() {
  const state = signal<LiveState>({ phase: 'catching_up' })
  const { setTimer, pass } = fakeTimers()
  const [said, told]: [string[], string[][]] = [[], []]
  const changed = createChangeNotices({
    live: { state },
    textOf: (id) => (id === 'read' ? null : `${id} has changed`),
    manyChanged: (count) => `${count} have changed`,
    told: (ids) => void told.push([...ids]),
    notify: (text) => void said.push(text),
    setTimer,
  })
  return { state, pass, said, told, changed }
}

test('what was missed is said in one notice, and heard once, when the page is up to date', () => {
  const { state, pass, said, told, changed } = setUp()
  for (const id of ['a', 'b', 'c', 'read']) changed(id)
  pass()
  assert.equal(said, [])
  state.value = { phase: 'live' }
  pass()
  assert.equal([said, told], [['3 have changed'], [['a', 'b', 'c']]])
  pass()
  assert.is(said.length, 1)
})

test('a single change is said by itself', () => {
  const { state, pass, said, changed } = setUp()
  state.value = { phase: 'live' }
  changed('a')
  pass()
  changed('read')
  pass()
  assert.equal(said, ['a has changed'])
})

test.run()
