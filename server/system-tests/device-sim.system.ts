import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp } from '../testing/app.ts'

test('scripts/device-sim.ts goes online, reports its location and works an order from pending to completed', async () => {
  const app = await startApp()
  const [customer, vendor, watching] = await Promise.all([app.customer(), app.vendor('Ana'), app.admin.connect()])
  for (const filter of ['vendor/status', 'vendor/location', 'orders/update']) await watching.subscribe(filter)
  const { token } = (await vendor.post('/api/devices', { name: 'Van' })).body
  const waiting = await app.order(customer)
  const args = ['--import', 'tsx', 'scripts/device-sim.ts', '--api', app.http, '--step', '0.8', '--orders', '1']
  const van = spawn(process.execPath, [...args, '--token', token], { stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(van, 'exit')
  const of = (status: string) =>
    watching.until(({ payload }) => payload.vendorId === vendor.id && payload.status === status, 20_000)
  await of('online')
  await watching.until(({ topic }) => topic === 'vendor/location', 20_000)
  await watching.until(({ payload }) => payload.id === waiting.id && payload.status === 'completed', 20_000)
  await of('offline')
  assert.equal(await ended, [0, null])
  assert.is((await customer.get(`/api/orders/${waiting.id}`)).body.version, 5)
  await watching.end()
  await app.stop()
})

test.run()
