import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createKeepAliveTimer } from './keep-alive.ts'

test('the worker runs the intervals, and cleared timers do not fire', () => {
  const messages: unknown[] = []
  let tick = (_id: number) => {}
  const timer = createKeepAliveTimer({
    post: (message) => void messages.push(message),
    onTick: (listen) => (tick = listen),
  })
  const done: string[] = []
  const [first, second] = [timer.set(() => done.push('first'), 15_000), timer.set(() => done.push('second'), 100)]
  tick(first)
  tick(second)
  timer.clear(first)
  // A tick that the worker sent before the timer was cleared.
  tick(first)
  tick(second)
  assert.equal(done, ['first', 'second', 'second'])
  assert.equal(messages, [
    { id: first, every: 15_000 },
    { id: second, every: 100 },
    { id: first, every: null },
  ])
})

test.run()
