import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createKeepAliveTimer } from './keep-alive.ts'

test('the worker is told what to time, and only what is still wanted is done', () => {
  const asked: unknown[] = []
  let tick = (_id: number) => {}
  const timer = createKeepAliveTimer({
    tell: (message) => void asked.push(message),
    onTick: (listen) => (tick = listen),
  })
  const done: string[] = []
  const [first, second] = [timer.set(() => done.push('first'), 15_000), timer.set(() => done.push('second'), 100)]
  tick(first)
  tick(second)
  timer.clear(first)
  // One that was on its way when it was cleared.
  tick(first)
  tick(second)
  assert.equal(done, ['first', 'second', 'second'])
  assert.equal(asked, [
    { id: first, every: 15_000 },
    { id: second, every: 100 },
    { id: first, every: null },
  ])
})

test.run()
