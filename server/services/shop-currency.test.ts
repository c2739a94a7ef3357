import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, startApp } from '../testing/app.ts'
import { databaseEnv } from '../testing/mongo.ts'
import { ServerProcess } from '../testing/process.ts'
import { sourceProgram } from '../testing/source-program.ts'

const test = suite('the currency of the shop')

const run = promisify(execFile)

test('a start with another CURRENCY than the prices have is refused with the way out, which works', async () => {
  const app = await startApp()
  const before = await app.services()
  const customer = await app.customer()
  const order = await app.order(customer)
  await app.stop({ keep: true })

  const env = { DATA_DIR: app.dataDir, CURRENCY: 'KWD', ...(await databaseEnv(app.dataDir)) }
  const server = new ServerProcess({ PORT: '0', MQTT_PORT: '0', ...env })
  const started = server.ready().then(
    () => server.end().then(() => 'started'),
    () => server.exited,
  )
  assert.is(await started, 78)
  assert.match(
    server.output.join(''),
    /^ {2}CURRENCY: Is KWD, .*6 in USD.* CURRENCY=USD, .*change-currency -- --from USD --rate .*$/m,
  )

  const convert = (...flags: string[]) =>
    run(process.execPath, [...sourceProgram('scripts/change-currency.ts'), ...flags], {
      env: { PATH: process.env.PATH, ...env },
    })
  const refused: unknown = await convert('--from', 'USD', '--rate', '0,3').catch((caught: unknown) => caught)
  assert.match(String(refused), /--rate: how much KWD 1 USD is/)
  const { stdout } = await convert('--from', 'USD', '--rate', '0.3')
  assert.match(stdout, /^Boiler service: 95\.00 USD is now 28\.500 KWD$/m)
  assert.match(stdout, /^6 services converted\.$/m)

  const again = await startApp({ env: { CURRENCY: 'KWD', DATA_DIR: app.dataDir } })
  const services = await again.services()
  assert.equal(
    services.map(({ id, price, currency }) => [id, price, currency]),
    before.map(({ id, price }) => [id, price * 3, 'KWD']),
  )
  const reader = await again.customer()
  const placed = await reader.post('/api/orders', placeOrder(services[0]?.id ?? ''))
  assert.is(placed.body.currency, 'KWD')
  const { body } = await again.admin.get(`/api/orders/${order.id}`)
  assert.equal([body.currency, body.totalAmount], ['USD', order.totalAmount], 'an order keeps its currency')
  await again.stop()
})

test.run()
