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

test('npm run simulate fills the desk, and after Ctrl-C ends every order, goes offline and exits with 0', async () => {
  const app = await startApp()
  const watching = await app.admin.connect()
  for (const filter of ['vendor/location', 'orders/update']) await watching.subscribe(filter)
  const account = app.demoAccounts.find(({ email }) => email === 'admin@example.com')
  const flags = ['--customers', '12', '--vendors', '4', '--minutes', '5', '--speed', '20']
  const simulation = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/simulate/main.ts', '--api', app.http, ...flags],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, ADMIN_EMAIL: account?.email, ADMIN_PASSWORD: account?.password },
    },
  )
  let output = ''
  simulation.stdout.on('data', (chunk) => (output += String(chunk)))
  const ended = once(simulation, 'close')
  await watching.until(({ topic }) => topic === 'vendor/location', 30_000)
  await watching.until(({ payload }) => payload.status === 'completed', 30_000)
  simulation.kill('SIGINT')
  assert.equal(await ended, [0, null], output)
  assert.match(output, /placed \d+ · .* open 0 · errors 0\n$/)
  const [orders, devices, vendors] = await Promise.all(
    [
      '/api/orders?status=pending&status=accepted&status=on_the_way&status=in_progress',
      '/api/devices',
      '/api/vendors',
    ].map((path) => app.admin.get(path)),
  )
  assert.is(orders?.body.orders.length, 0)
  assert.is(devices?.body.devices.length, 0)
  for (const { name, status } of vendors?.body.vendors ?? []) assert.is(status, 'offline', name)
  await watching.end()
  await app.stop()
})

test.run()
