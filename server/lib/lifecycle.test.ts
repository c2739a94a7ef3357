import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createLifecycle, type Part } from './lifecycle.ts'

const recorded = (calls: string[], name: string): Part => ({
  name,
  start: async () => calls.push(`start ${name}`),
  stop: async () => calls.push(`stop ${name}`),
})

test('parts start in order and stop in reverse, each once', async () => {
  const calls: string[] = []
  const lifecycle = createLifecycle([recorded(calls, 'store'), { name: 'no stop' }, recorded(calls, 'broker')])
  await lifecycle.start()
  await lifecycle.stop()
  await lifecycle.stop()
  assert.equal(calls, ['start store', 'start broker', 'stop broker', 'stop store'])
})

test('after a part that fails to start, nothing later starts; it and the earlier ones are stopped', async () => {
  const calls: string[] = []
  const failing: Part = {
    ...recorded(calls, 'broker'),
    start: () => Promise.reject(new Error('the port is taken')),
  }
  const lifecycle = createLifecycle([recorded(calls, 'store'), failing, recorded(calls, 'bridge')])
  let reason = ''
  await lifecycle.start().catch((error: Error) => (reason = error.message))
  assert.is(reason, 'the port is taken')
  await lifecycle.stop()
  assert.equal(calls, ['start store', 'stop broker', 'stop store'])
})

test.run()
