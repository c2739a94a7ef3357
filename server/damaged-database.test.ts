import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SignedIn } from '#shared/users.ts'
import { createApp } from './app.ts'
import { readConfig } from './config/config.ts'
import { call, Person, placeOrder } from './testing/app.ts'

// The embedded database only: MongoDB looks after its own files.
test('a damaged page: 503 with a code, /readyz 503, one line with the file, and the server goes on', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'callout-damaged-'))
  const errors: string[] = []
  const logOutput = { write: (line: string) => void (JSON.parse(line).level >= 50 && errors.push(line)) }
  const config = readConfig({ PORT: '0', MQTT_PORT: '0', RATE_LIMITS: 'off', DATA_DIR: dir })
  const start = async () => {
    const app = await createApp(config, { clientDir: join(dir, 'client'), logOutput })
    const running = await app.start()
    const signIn = async (email: string) => {
      const account = running.demoAccounts.find((one) => one.email === email)
      return new Person(running, SignedIn.parse((await call(running, 'POST', '/api/auth/login', account)).body))
    }
    return { app, running, signIn }
  }
  const first = await start()
  const customer = await first.signIn('customer@example.com')
  const { services } = (await customer.get('/api/services')).body
  const orders = []
  // Long, so that the last pages of the file hold nothing but orders.
  const order = placeOrder(services[0].id, { notes: 'Ring twice. '.repeat(160) })
  for (let n = 0; n < 16; n++) orders.push((await customer.post('/api/orders', order)).body)
  await first.app.stop()

  const file = join(dir, 'callout.db')
  const descriptor = openSync(file, 'r+')
  const bytes = 8 * 4096
  writeSync(descriptor, Buffer.alloc(bytes, 0xab), 0, bytes, statSync(file).size - bytes)
  closeSync(descriptor)

  const second = await start()
  const admin = await second.signIn('admin@example.com')
  const answers = await Promise.all(
    ['/api/orders?limit=200', ...orders.map(({ id }) => `/api/orders/${id}`)].map((path) => admin.get(path)),
  )
  assert.equal([answers[0]?.status, answers[0]?.body.code], [503, 'unavailable'])
  assert.equal(
    answers.filter(({ status }) => status !== 200 && status !== 503),
    [],
  )
  assert.is((await call(second.running, 'GET', '/readyz')).status, 503)
  assert.is((await call(second.running, 'GET', '/healthz')).status, 200)
  assert.is((await admin.get('/api/services')).status, 200)
  assert.is(errors.length, 1, errors.join('\n'))
  assert.ok(errors[0]?.includes(`${file} is damaged`))
  await second.app.stop()
  await rm(dir, { recursive: true, force: true })
})

test.run()
