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
import { typed } from './npm-script.ts'

interface Context {
  /** For everything temporary, so that what is left there is seen. */
  tmp: string
  remove(): Promise<void>
  command: ReturnType<typeof typed>
  /** Through the balancer. */
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
  const found = { PATH, HOME, ...(FERRETDB && { FERRETDB }), ...(XDG_CACHE_HOME && { XDG_CACHE_HOME }) }
  const own = { DATA_DIR: join(dir, 'data'), TMPDIR: tmp, PORT: '0', MQTT_PORT: '0' }
  const begun = performance.now()
  const command = typed('nodes', { ...found, ...own })
  Object.assign(context, { tmp, remove, command })
  // Whoever ends this proof ends what it has started as well.
  process.once('SIGTERM', () => void command.end('SIGTERM').then(() => process.exit(1)))

  const [, http = '', mqtt = '', websocket = ''] = await command.says(/^ready (http:\S+) (mqtt:\S+) (ws:\S+)$/)
  figures('three nodes', { 'ready after ms': performance.now() - begun })
  const app: Running = { http, mqtt, websocket, demoAccounts: [] }
  const [admin, customer] = [await signIn(context, app, 'admin'), await signIn(context, app, 'customer')]
  const { body } = await admin.get<{ services: { id: string }[] }>('/api/services')
  assert.is(body.services.length, 6, 'the catalogue is there once')
  Object.assign(context, { app, admin, customer, service: body.services[0]?.id })
})
test.after(async ({ command, remove }) => {
  await command?.end('SIGTERM')
  await remove?.()
})

async function signIn({ command }: Context, app: Running, who: string): Promise<Person> {
  const [, email, password] = await command.says(new RegExp(`^ {2}(${who}@\\S+) +(\\S+)$`))
  const { body } = await call(app, 'POST', '/api/auth/login', { email, password })
  return new Person(app, SignedIn.parse(body))
}

/** An admin's screen of new orders. */
async function dashboard(admin: Person, via: 'tcp' | 'websocket'): Promise<Probe> {
  const probe = await admin.connect(via)
  await probe.subscribe('orders/new')
  return probe
}

/** Places an order through the balancer, on a connection of its own, and sees it on every screen. */
async function anOrderIsSeen({ customer, service }: Context, ...screens: Probe[]) {
  const { status, body } = await customer.post('/api/orders', placeOrder(service), { connection: 'close' })
  assert.is(status, 201)
  await Promise.all(screens.map((screen) => screen.until(({ payload }) => payload.id === body.id)))
}

test('an order placed through the balancer is seen by dashboards on every node', async (context) => {
  const { admin } = context
  // One after the other, so that each is on another node.
  const screens = [await dashboard(admin, 'tcp'), await dashboard(admin, 'tcp'), await dashboard(admin, 'tcp')]
  const page = await dashboard(admin, 'websocket')
  await anOrderIsSeen(context, page, ...screens)
  await Promise.all([page, ...screens].map((screen) => screen.end()))
})

test('a node that is killed takes its own clients with it for a moment, and comes back', async (context) => {
  const { admin, command } = context
  const screens = [await dashboard(admin, 'tcp'), await dashboard(admin, 'tcp'), await dashboard(admin, 'tcp')]
  const [, pid = '', http, mqtt] = await command.says(/^ {2}2 +pid (\d+) +http (\d+) +mqtt (\d+)$/)
  const closed = new Set<Probe>()
  for (const screen of screens) void screen.closed.then(() => closed.add(screen))
  process.kill(Number(pid), 'SIGKILL')
  await Promise.race(screens.map((screen) => screen.closed))
  await command.says(new RegExp(`^node 2 is gone \\(pid ${pid}, SIGKILL\\)$`))

  const open = screens.filter((screen) => !closed.has(screen))
  assert.is(open.length, 2)
  open.push(await dashboard(admin, 'tcp'))
  for (let n = 0; n < 3; n++) await anOrderIsSeen(context, ...open)

  const [, newPid] = await command.says(/^node 2 is back \(pid (\d+)\)$/)
  assert.is.not(newPid, pid)
  const itself: Running = {
    http: `http://127.0.0.1:${http}`,
    mqtt: `mqtt://127.0.0.1:${mqtt}`,
    websocket: `ws://127.0.0.1:${http}/mqtt`,
    demoAccounts: [],
  }
  open.push(await dashboard(again(admin, itself), 'websocket'))
  await anOrderIsSeen(context, ...open)
  await Promise.all(open.map((screen) => screen.end()))
})

test('Ctrl-C ends all of it and leaves nothing behind', async ({ admin, command, tmp }) => {
  const screen = await dashboard(admin, 'websocket')
  const started = descendantsOf(command.pid)
  const temporary = async () => (await readdir(tmp)).filter((name) => name.startsWith('callout-'))
  assert.ok(started.length >= 6, 'the script, three nodes, FerretDB and Redis')
  assert.is((await temporary()).length, 2)
  const begun = performance.now()
  assert.is(await command.end('SIGINT'), 0)
  figures('Ctrl-C', { processes: started.length, 'ended after ms': performance.now() - begun })
  await screen.closed
  const left = started.filter((pid) => existsSync(`/proc/${pid}`))
  assert.equal(left, [])
  assert.equal(await temporary(), [])
})

test.run()
