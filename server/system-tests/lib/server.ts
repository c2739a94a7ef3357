import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { SignedIn } from '#shared/users.ts'
import type { Running } from '../../app.ts'
import { call, Person } from '../../testing/app.ts'
import { ServerProcess } from '../../testing/process.ts'
import { freePort } from './ports.ts'

export type TestServer = Awaited<ReturnType<typeof startServer>>

const password = 'correct horse battery'
let accounts = 0

/** A temporary data folder. */
export async function dataFolder() {
  const dir = await mkdtemp(join(tmpdir(), 'callout-system-test-'))
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}

/** Starts the server in a separate process with this data folder, from source or from a build, and signs in as admin. */
export async function startServer(dir: string, env: Record<string, string> = {}, built?: string) {
  const server = new ServerProcess({ PORT: '0', MQTT_PORT: '0', DATA_DIR: dir, RATE_LIMITS: 'off', ...env }, built)
  const app = await server.ready()
  const { pid } = server.child
  if (pid === undefined) throw new Error('the server has no process id')

  const admin = await demo(app, 'admin@example.com')
  return {
    app,
    pid,
    admin,
    exited: server.exited,
    /** The output of the process. */
    output: () => server.output.join(''),
    alive: () => server.child.exitCode === null && server.child.signalCode === null,
    kill: (signal: NodeJS.Signals) => server.child.kill(signal),

    async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
      server.child.kill(signal)
      return server.exited
    },

    demo: (email: string) => demo(app, email),

    async customer(): Promise<Person> {
      const body = { name: `Customer ${++accounts}`, email: `c${accounts}@example.org`, password }
      return signedIn(app, await call(app, 'POST', '/api/auth/register', body))
    },

    async vendor(name = `Vendor ${++accounts}`): Promise<Person> {
      const email = `v${++accounts}@example.org`
      const { status, body } = await admin.post('/api/users', { name, email, password, role: 'vendor' })
      if (status !== 201) throw new Error(`creating a vendor was answered with ${status} ${JSON.stringify(body)}`)
      return signedIn(app, await call(app, 'POST', '/api/auth/login', { email, password }))
    },

    /** The id of a service that can be ordered. */
    async service(): Promise<string> {
      const { status, body } = await admin.get<{ services: { id: string }[] }>('/api/services')
      if (status !== 200) throw new Error(`reading the catalogue was answered with ${status} ${JSON.stringify(body)}`)
      const [service] = body.services
      if (!service) throw new Error('the catalogue is empty')
      return service.id
    },

    /** Vendor id → status, as an admin reads it. */
    async presence(): Promise<Map<string, string>> {
      const { body } = await admin.get<{ vendors: { id: string; status: string }[] }>('/api/vendors')
      return new Map(body.vendors.map(({ id, status }) => [id, status]))
    },
  }
}

/** A suite with a server on an empty folder, for each test or for all of them. It is killed and its folder deleted after. */
export function serverSuite(name: string, { forAll = false } = {}) {
  const test = suite<{ server: TestServer; remove: () => Promise<void> }>(name)
  const [before, after] = forAll ? [test.before, test.after] : [test.before.each, test.after.each]
  before(async (context) => {
    const { dir, remove } = await dataFolder()
    context.server = await startServer(dir)
    context.remove = remove
  })
  after(async ({ server, remove }) => {
    await server.end('SIGKILL')
    await remove()
  })
  return test
}

/** The same account after a restart of the server: tokens stay valid. */
export const again = (person: Person, app: Running): Person =>
  new Person(app, { user: person.user, accessToken: person.token, expiresIn: 0 })

async function demo(app: Running, email: string): Promise<Person> {
  const account = app.demoAccounts.find((one) => one.email === email)
  return signedIn(app, await call(app, 'POST', '/api/auth/login', account))
}

function signedIn(app: Running, { status, body }: { status: number; body: unknown }): Person {
  if (status >= 300) throw new Error(`signing in was answered with ${status} ${JSON.stringify(body)}`)
  return new Person(app, SignedIn.parse(body))
}

/** Free ports for a server that restarts on the same ports. */
export async function freePorts(): Promise<{ PORT: string; MQTT_PORT: string }> {
  const [http, mqtt] = await Promise.all([freePort(), freePort()])
  return { PORT: String(http), MQTT_PORT: String(mqtt) }
}
