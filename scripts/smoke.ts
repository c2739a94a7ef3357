import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignedIn } from '#shared/users.ts'
import { call, Person, placeOrder } from '../server/testing/app.ts'
import { ServerProcess } from '../server/testing/process.ts'

// npm run smoke: starts the built server on the Node version that runs this script. A customer signs in and places an
// order; an admin receives it over MQTT on a WebSocket. Exit code 0 if all of it works.

const dataDir = await mkdtemp(join(tmpdir(), 'callout-smoke-'))
const server = new ServerProcess({ DATA_DIR: dataDir, PORT: '0', MQTT_PORT: '0' }, 'scripts/start.mjs')
try {
  const app = await server.ready()
  const signIn = async (email: string) => {
    const password = app.demoAccounts.find((account) => account.email === email)?.password
    const { body } = await call(app, 'POST', '/api/auth/login', { email, password })
    return new Person(app, SignedIn.parse(body))
  }
  const admin = await signIn('admin@example.com')
  const customer = await signIn('customer@example.com')
  const live = await admin.connect('websocket')
  await live.subscribe('orders/new')
  const [service] = (await customer.get('/api/services')).body.services
  const { status, body: order } = await customer.post('/api/orders', placeOrder(service.id))
  if (status !== 201) throw new Error(`the order was answered with ${status}`)
  await live.until(({ topic, payload }) => topic === 'orders/new' && payload.id === order.id)
  await live.end()
  const code = await server.end()
  if (code !== 0) throw new Error(`the server ended with ${code}`)
  console.log(`Node ${process.versions.node}: start, sign-in, live over WebSocket, an order: ok`)
} catch (error) {
  console.error(`Node ${process.versions.node}:`, error instanceof Error ? error.message : error)
  await server.end('SIGKILL')
  process.exitCode = 1
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
