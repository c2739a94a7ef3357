import { signal } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { VendorStatus } from '#shared/presence.ts'
import { topics } from '#shared/topics.ts'
import type { ConnectOptions } from '../live/connection.ts'
import { at, settled } from '../testing/orders.ts'
import { someLists, someUser, unused } from '../testing/workspace.ts'
import { createWorkspace } from './workspace.ts'

test('an older status is ignored on one connection, and the current one of a new connection is taken', async () => {
  const connections: ConnectOptions[] = []
  const token = signal<string | null>('first')
  const workspace = createWorkspace({
    me: someUser('admin'),
    api: {
      get: async (_path, schema) => schema.parse(someLists),
      post: unused,
      put: unused,
      patch: unused,
      remove: unused,
    },
    token,
    renew: unused,
    transport: async () => async (options) => {
      connections.push(options)
      return { publish: async () => {}, subscribe: async () => {}, unsubscribe: async () => {}, close() {} }
    },
    url: '',
  })
  const stop = workspace.start()
  await settled()
  const receive = (status: VendorStatus, minutes: number) => {
    const event = { vendorId: 'ana', name: 'Ana', status, at: at(minutes) }
    connections.at(-1)?.onMessage(topics.vendorStatusOf('ana'), JSON.stringify(event))
    return workspace.presence.value.get('ana')?.status
  }
  assert.is(receive('online', 10), 'online')
  assert.is(receive('offline', 9), 'online')
  assert.is(receive('offline', 11), 'offline')

  token.value = 'second'
  await settled()
  assert.is(connections.length, 2)
  assert.is(receive('online', 5), 'online')
  assert.is(receive('offline', 4), 'online')
  stop()
})

test.run()
