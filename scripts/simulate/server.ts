import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../server/config/config.ts'
import { demoPasswordFile } from '../../server/demo/demo-accounts.ts'
import { readUntilReady } from '../../server/testing/ready-lines.ts'

export interface Target {
  /** `http://HOST:PORT` */
  http: string
  admin: { email: string; password: string }
  /** Whether the admin is the demo account, whose password may be printed. */
  isDemo: boolean
  /** Ends what was started for the simulation. */
  end: () => Promise<void>
}

const demoAdmin = 'admin@example.com'

/** The server at `api`, or the one of this checkout if it runs, or one that is started with a database of its own. */
export async function findServer(api: string | undefined): Promise<Target> {
  const config = readConfig()
  const usual = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${config.port}`
  const http = api ?? usual
  if (await isUp(http)) return { http, ...adminOf(config), end: async () => {} }
  if (api !== undefined) throw new Error(`${api} does not answer`)
  return startServer(config.port)
}

const isUp = (http: string) =>
  fetch(`${http}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )

/** ADMIN_EMAIL and ADMIN_PASSWORD, or the demo account whose password the server of this machine has written. */
function adminOf({ accounts, dataDir }: ReturnType<typeof readConfig>) {
  const { email, password } = accounts.admin
  if (email && password) return { admin: { email, password }, isDemo: false }
  const file = demoPasswordFile(dataDir)
  const passwords: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  const known: unknown = Reflect.get(Object(passwords), demoAdmin)
  if (typeof known === 'string') return { admin: { email: demoAdmin, password: known }, isDemo: true }
  throw new Error('Set ADMIN_EMAIL and ADMIN_PASSWORD: an admin makes the vendors and their device tokens.')
}

/** All clients come from one address here, so the limits by address are raised. */
async function startServer(port: number): Promise<Target> {
  const dir = await mkdtemp(join(tmpdir(), 'callout-simulation-'))
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    // A process group of its own: Ctrl-C reaches this process only, which then ends the server.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      MQTT_PORT: '0',
      DATA_DIR: dir,
      DEMO: 'true',
      LOG_LEVEL: 'warn',
      REGISTRATIONS_PER_ADDRESS: '100000',
      SIGN_INS_PER_ADDRESS: '100000',
      MQTT_CONNECTIONS_PER_ADDRESS: '10000',
      MQTT_CONNECTS_PER_ADDRESS: '100000',
    },
  })
  const closed = once(child, 'close')
  const killOnExit = () => void child.kill('SIGKILL')
  process.once('exit', killOnExit)
  const end = async () => {
    child.kill()
    await closed
    process.off('exit', killOnExit)
    await rm(dir, { recursive: true, force: true })
  }
  const running = await readUntilReady(child.stdout)
  const admin = running?.demoAccounts.find(({ email }) => email === demoAdmin)
  if (running && admin) return { http: running.http, admin, isDemo: true, end }
  await end()
  throw new Error('the server did not start')
}
