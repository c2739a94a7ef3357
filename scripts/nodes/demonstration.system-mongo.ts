import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SignedIn } from '#shared/users.ts'
import type { Running } from '../../server/app.ts'
import { descendantsOf } from '../../server/system-tests/lib/process.ts'
import { figures } from '../../server/system-tests/lib/report.ts'
import { again, dataFolder } from '../../server/system-tests/lib/server.ts'
import { call, Person, placeOrder } from '../../server/testing/app.ts'
import type { Probe } from '../../server/testing/probe.ts'
import { ensureBuilt } from '../lib/built.ts'
import { startNpmScript } from './npm-script.ts'

interface Context {
  /** The folder of all temporary files, so that the test finds those that are left. */
  tmp: string
  remove(): Promise<void>
  command: ReturnType<typeof startNpmScript>
  /** The addresses of the balancer. */
  app: Running
  admin: Person
  customer: Person
  service: string
}

const test = suite<Context>('npm run nodes')

test.before(async (context) => {
  await ensureBuilt()
  const { dir, remove } = await dataFolder()
  const tmp = join(dir, 'tmp')
  await mkdir(tmp)
  const { PATH = '', HOME = '', FERRETDB, XDG_CACHE_HOME } = process.env
  const inherited = { PATH, HOME, ...(FERRETDB && { FERRETDB }), ...(XDG_CACHE_HOME && { XDG_CACHE_HOME }) }
  const own = { DATA_DIR: join(dir, 'data'), TMPDIR: tmp, PORT: '0', MQTT_PORT: '0' }
  const begun = performance.now()
  const command = startNpmScript('nodes', { ...inherited, ...own })
  Object.assign(context, { tmp, remove, command })
  // A SIGTERM of the test runner must stop the script too.
  process.once('SIGTERM', () => void command.end('SIGTERM').then(() => process.exit(1)))

  const [, http = '', mqtt = '', websocket = ''] = await command.untilPrinted(/^ready (http:\S+) (mqtt:\S+) (ws:\S+)$/)
  figures('three nodes', { 'ready after ms': performance.now() - begun })
  const app: Running = { http, mqtt, websocket, demoAccounts: [] }
  const [admin, customer] = [await signIn(context, app, 'admin'), await signIn(context, app, 'customer')]
  const { body } = await admin.get<{ services: { id: string }[] }>('/api/services')
  assert.is(body.services.length, 6, 'there is one catalogue')
  Object.assign(context, { app, admin, customer, service: body.services[0]?.id })
})
test.after(async ({ command, remove }) => {
  await command?.end('SIGTERM')
  await remove?.()
})

async function signIn({ command }: Context, app: Running, who: string): Promise<Person> {
  const [, email, password] = await command.untilPrinted(new RegExp(`^ {2}(${who}@\\S+) +(\\S+)$`))
  const { body } = await call(app, 'POST', '/api/auth/login', { email, password })
  return new Person(app, SignedIn.parse(body))
}

/** An admin's dashboard subscribed to new orders. */
async function dashboard(admin: Person, via: 'tcp' | 'websocket'): Promise<Probe> {
  const probe = await admin.connect(via)
  await probe.subscribe('orders/new')
  return probe
}

/** Places an order through the balancer, on a new connection, and expects it on every dashboard. */
async function expectOrderDelivered({ customer, service }: Context, ...dashboards: Probe[]) {
  const { status, body } = await customer.post('/api/orders', placeOrder(service), { connection: 'close' })
  assert.is(status, 201)
  await Promise.all(dashboards.map((probe) => probe.until(({ payload }) => payload.id === body.id)))
}

test('dashboards on every node receive an order placed through the balancer', async (context) => {
  const { admin } = context
  // Connected one after the other, so that each is on another node.
  const dashboards = [await dashboard(admin, 'tcp'), await dashboard(admin, 'tcp'), await dashboard(admin, 'tcp')]
  const page = await dashboard(admin, 'websocket')
  await expectOrderDelivered(context, page, ...dashboards)
  await Promise.all([page, ...dashboards].map((probe) => probe.end()))
})

test('a killed node disconnects only its own clients, and restarts', async (context) => {
  const { admin, command } = context
  const dashboards = [await dashboard(admin, 'tcp'), await dashboard(admin, 'tcp'), await dashboard(admin, 'tcp')]
  const [, pid = '', http, mqtt] = await command.untilPrinted(/^ {2}2 +pid (\d+) +http (\d+) +mqtt (\d+)$/)
  const closed = new Set<Probe>()
  for (const probe of dashboards) void probe.closed.then(() => closed.add(probe))
  process.kill(Number(pid), 'SIGKILL')
  await Promise.race(dashboards.map((probe) => probe.closed))
  await command.untilPrinted(new RegExp(`^node 2 exited \\(pid ${pid}, SIGKILL\\)$`))

  const open = dashboards.filter((probe) => !closed.has(probe))
  assert.is(open.length, 2)
  open.push(await dashboard(admin, 'tcp'))
  for (let n = 0; n < 3; n++) await expectOrderDelivered(context, ...open)

  const [, newPid] = await command.untilPrinted(/^node 2 restarted \(pid (\d+)\)$/)
  assert.is.not(newPid, pid)
  const direct: Running = {
    http: `http://127.0.0.1:${http}`,
    mqtt: `mqtt://127.0.0.1:${mqtt}`,
    websocket: `ws://127.0.0.1:${http}/mqtt`,
    demoAccounts: [],
  }
  open.push(await dashboard(again(admin, direct), 'websocket'))
  await expectOrderDelivered(context, ...open)
  await Promise.all(open.map((probe) => probe.end()))
})

test('Ctrl-C stops all processes and leaves no temporary files', async ({ admin, command, tmp }) => {
  const probe = await dashboard(admin, 'websocket')
  const started = descendantsOf(command.pid)
  const temporary = async () => (await readdir(tmp)).filter((name) => name.startsWith('callout-'))
  assert.ok(started.length >= 6, 'the script, three nodes, FerretDB and Redis')
  assert.is((await temporary()).length, 2)
  const begun = performance.now()
  assert.is(await command.end('SIGINT'), 0)
  figures('Ctrl-C', { processes: started.length, 'ended after ms': performance.now() - begun })
  await probe.closed
  const left = started.filter((pid) => existsSync(`/proc/${pid}`))
  assert.equal(left, [])
  assert.equal(await temporary(), [])
})

test.run()
