import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignedIn } from '#shared/users.ts'
import type { Running } from '../../app.ts'
import { call, Person } from '../../testing/app.ts'
import { ServerProcess } from '../../testing/process.ts'
import { freePort } from './ports.ts'

export type ProvenServer = Awaited<ReturnType<typeof startServer>>

const password = 'correct horse battery'
let people = 0

/** A folder for the data of one proof, and how to remove it. */
export async function dataFolder() {
  const dir = await mkdtemp(join(tmpdir(), 'callout-proof-'))
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}

/** The real server as a process of its own, over the data in `dir`, with what every proof needs of it. */
export async function startServer(dir: string, env: Record<string, string> = {}) {
  const server = new ServerProcess({ PORT: '0', MQTT_PORT: '0', DATA_DIR: dir, RATE_LIMITS: 'off', ...env })
  const app = await server.ready()
  const { pid } = server.child
  if (pid === undefined) throw new Error('the server has no process id')

  const admin = await demo(app, 'admin@example.com')
  return {
    app,
    pid,
    admin,
    exited: server.exited,
    /** Everything the process has printed. */
    said: () => server.output.join(''),
    alive: () => server.child.exitCode === null && server.child.signalCode === null,
    kill: (signal: NodeJS.Signals) => server.child.kill(signal),

    async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
      server.child.kill(signal)
      return server.exited
    },

    demo: (email: string) => demo(app, email),

    async customer(): Promise<Person> {
      const body = { name: `Customer ${++people}`, email: `c${people}@example.org`, password }
      return signedIn(app, await call(app, 'POST', '/api/auth/register', body))
    },

    async vendor(name = `Vendor ${++people}`): Promise<Person> {
      const email = `v${++people}@example.org`
      await admin.post('/api/users', { name, email, password, role: 'vendor' })
      return signedIn(app, await call(app, 'POST', '/api/auth/login', { email, password }))
    },

    /** The id of something that can be ordered. */
    async service(): Promise<string> {
      const { body } = await admin.get<{ services: { id: string }[] }>('/api/services')
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

/** The same person with the server that has come back: a token outlives a restart. */
export const again = (person: Person, app: Running): Person =>
  new Person(app, { user: person.user, accessToken: person.token, expiresIn: 0 })

async function demo(app: Running, email: string): Promise<Person> {
  const account = app.demoAccounts.find((one) => one.email === email)
  return signedIn(app, await call(app, 'POST', '/api/auth/login', account))
}

function signedIn(app: Running, { status, body }: { status: number; body: unknown }): Person {
  if (status >= 300) throw new Error(`signing in was answered ${status} ${JSON.stringify(body)}`)
  return new Person(app, SignedIn.parse(body))
}

/** Ports that are free now, for a server that must come back where it was. */
export async function freePorts(): Promise<{ PORT: string; MQTT_PORT: string }> {
  const [http, mqtt] = await Promise.all([freePort(), freePort()])
  return { PORT: String(http), MQTT_PORT: String(mqtt) }
}
