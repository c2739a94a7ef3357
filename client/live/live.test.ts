import { signal } from '@preact/signals-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ConnectOptions } from './connection.ts'
import { fakeTimers, settled } from '../testing/orders.ts'
import { createLive } from './live.ts'

/** A fake broker that logs the calls; the test sets the results. */
function setUp(filtersWhileShown: string[] = []) {
  const timers = fakeTimers()
  const token = signal<string | null>('token-1')
  const log: string[] = []
  const open: ConnectOptions[] = []
  const does = { connect: async () => {}, reach: async () => {}, catchUp: async () => {}, renew: async () => true }

  const live = createLive({
    transport: async () => async (options) => {
      log.push(`connect ${options.password} ${options.filters.join()}`)
      await does.connect()
      open.push(options)
      return {
        publish: async (topic, payload) => void log.push(`publish ${topic} ${payload}`),
        subscribe: async (filters) => void log.push(`subscribe ${filters.join()}`),
        unsubscribe: async (filters) => void log.push(`unsubscribe ${filters.join()}`),
        close: () => {
          log.push(`close ${options.password}`)
          open.splice(open.indexOf(options), 1)
          options.onClose()
        },
      }
    },
    url: 'ws://there/mqtt',
    reach: async () => (log.push('reach'), does.reach()),
    username: 'me',
    token,
    renew: () => does.renew(),
    filters: ['mine/#'],
    filtersWhileShown,
    onMessage: () => {},
    catchUp: async () => {
      log.push('catch up')
      await does.catchUp()
    },
    now: () => 42,
    setTimer: timers.setTimer,
  })
  const cut = () => open.splice(0).forEach(({ onClose }) => onClose())
  return { live, timers, token, log, does, open, cut }
}

test('subscribes, then catches up, then is live', async () => {
  const { live, log } = setUp()
  live.start()
  assert.is(live.state.value.phase, 'connecting')
  await settled()
  assert.equal(log, ['connect token-1 mine/#', 'catch up'])
  assert.is(live.state.value.phase, 'live')
})

test('shows since when it is offline, and reconnects by itself', async () => {
  const { live, log, timers, cut } = setUp()
  live.start()
  await settled()
  cut()
  assert.equal(live.state.value, { phase: 'offline', since: 42 })
  timers.pass()
  await settled()
  assert.is(live.state.value.phase, 'live')
  assert.is(log.filter((line) => line === 'catch up').length, 2)
})

test('stays in catching_up until the missed changes are read', async () => {
  const { live, timers, does } = setUp()
  does.catchUp = () => Promise.reject(new Error('503'))
  live.start()
  await settled()
  assert.is(live.state.value.phase, 'catching_up')
  does.catchUp = async () => {}
  timers.pass()
  await settled()
  assert.is(live.state.value.phase, 'live')
})

test('a new token opens a new connection before the old one is closed', async () => {
  const { live, token, log, open } = setUp()
  live.start()
  await settled()
  const phases: string[] = []
  live.state.subscribe(({ phase }) => phases.push(phase))
  token.value = 'token-2'
  await settled()
  assert.equal(log.slice(2), ['connect token-2 mine/#', 'close token-1', 'catch up'])
  assert.is(open.length, 1)
  assert.equal(phases, ['live'])
})

test('a refused token is renewed', async () => {
  const { live, token, does, timers, log } = setUp()
  does.connect = () => Promise.reject(Object.assign(new Error('no'), { refused: true }))
  does.renew = async () => {
    does.connect = async () => {}
    token.value = 'token-2'
    return true
  }
  live.start()
  await settled()
  timers.pass()
  await settled()
  assert.is(live.state.value.phase, 'live')
  assert.ok(log.includes('connect token-2 mine/#'))
})

test('an unreachable server is probed by a request instead of repeated connections', async () => {
  const { live, timers, does, log, cut } = setUp()
  live.start()
  await settled()
  does.reach = does.connect = () => Promise.reject(new Error('away'))
  cut()
  for (let n = 0; n < 5; n++) {
    timers.pass()
    await settled()
  }
  const attempts = log.filter((line) => line.startsWith('connect')).length
  assert.is(log.filter((line) => line === 'reach').length, 4)
  does.reach = does.connect = async () => {}
  timers.pass()
  await settled()
  assert.is(live.state.value.phase, 'live')
  assert.equal([attempts, log.filter((line) => line.startsWith('connect')).length], [2, 3])
})

test('waking a page whose server fails schedules one attempt at a time', async () => {
  const { live, timers, does, log, cut } = setUp()
  live.start()
  await settled()
  const fails = async () => {
    throw new Error('503')
  }
  does.catchUp = fails
  for (let minute = 0; minute < 20; minute++) live.wake()
  await settled()
  log.length = 0
  timers.pass()
  await settled()
  assert.equal(log, ['catch up'])

  does.connect = does.reach = fails
  cut()
  for (let minute = 0; minute < 20; minute++) {
    live.wake()
    await settled()
  }
  log.length = 0
  timers.pass()
  await settled()
  assert.equal(log, ['reach'])
})

test('opens one connection at a time, however often it is woken', async () => {
  const { live, open, timers, cut } = setUp()
  live.start()
  await settled()
  cut()
  live.wake()
  live.wake()
  await settled()
  timers.pass()
  await settled()
  assert.is(open.length, 1)
})

test('drop makes it offline at once, wake makes it live again', async () => {
  const { live, open, timers } = setUp()
  live.start()
  await settled()
  live.drop()
  assert.equal([live.state.value, open.length], [{ phase: 'offline', since: 42 }, 0])
  live.wake()
  await settled()
  timers.pass()
  await settled()
  assert.equal([live.state.value.phase, open.length], ['live', 1])
})

test('a hidden page is not subscribed to what only a shown page needs; shown again, it reads what it missed', async () => {
  const { live, log, cut, timers } = setUp(['orders'])
  live.start()
  await settled()
  await live.show(false)
  cut()
  timers.pass()
  await settled()
  await live.show(true)
  await settled()
  assert.equal(log, [
    'connect token-1 mine/#,orders',
    'catch up',
    'unsubscribe orders',
    'connect token-1 mine/#',
    'catch up',
    'subscribe orders',
    'catch up',
  ])
})

test('a page that is hidden while it connects is unsubscribed', async () => {
  const { live, log, does } = setUp(['orders'])
  let connected = () => {}
  does.connect = () => new Promise((resolve) => (connected = resolve))
  live.start()
  await settled()
  await live.show(false)
  connected()
  await settled()
  assert.equal(log, ['connect token-1 mine/#,orders', 'unsubscribe orders', 'catch up'])
})

test('stop closes the connection for good', async () => {
  const { live, open, timers } = setUp()
  const stop = live.start()
  await settled()
  stop()
  timers.pass()
  await settled()
  assert.is(open.length, 0)
})

test('publishing without a connection is refused', async () => {
  const { live } = setUp()
  await live.publish('vendor/status', 'online').then(
    () => assert.unreachable(),
    () => {},
  )
})

test.run()
