import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createEventBus } from './domain-events.ts'

test('every listener of an event receives it, in the order of registration', () => {
  const events = createEventBus({ error: () => assert.unreachable() })
  const received: string[] = []
  events.on('vendor.removed', ({ vendorId }) => received.push(`first ${vendorId}`))
  events.on('vendor.removed', ({ vendorId }) => received.push(`second ${vendorId}`))
  events.emit('vendor.removed', { vendorId: 'bob' })
  events.emit('access.revoked', { userId: 'bob' })
  assert.equal(received, ['first bob', 'second bob'])
})

test('a listener that throws is logged and does not keep the others from running', () => {
  const logged: object[] = []
  const events = createEventBus({ error: (details) => logged.push(details) })
  const received: string[] = []
  const failure = new Error('broken')
  events.on('vendor.removed', () => {
    throw failure
  })
  events.on('vendor.removed', ({ vendorId }) => received.push(vendorId))
  events.emit('vendor.removed', { vendorId: 'bob' })
  assert.equal(received, ['bob'])
  assert.equal(logged, [{ error: failure, event: 'vendor.removed' }])
})

test.run()
