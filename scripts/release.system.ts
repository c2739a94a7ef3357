import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SignedIn } from '#shared/users.ts'
import { version } from '../package.json'
import { call, Person, placeOrder } from '../server/testing/app.ts'
import { readUntilReady } from '../server/testing/ready-lines.ts'
import { commands } from './lib/commands.ts'

// npm run test:system -- release: packs a release and installs it in an empty folder, by a user other than root, without
// development packages, under the Node that runs this. With RELEASE=release/callout-….tgz it takes a tarball that is packed already.

interface Context {
  root: string
  /** The unpacked tarball. */
  installed: string
}

const test = suite<Context>(`the release under Node ${process.versions.node}`)
const run = promisify(execFile)

const started = new Set<ChildProcess>()

/** The user "nobody" of Debian. */
const otherUser = process.getuid?.() === 0 ? 65534 : null

const environment = (home: string) => ({ PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`, HOME: home })

/** The program and the arguments that run `words` as the other user. */
function asUser(words: readonly string[]): [string, string[]] {
  const ids = [`--reuid=${otherUser}`, `--regid=${otherUser}`, '--clear-groups']
  const [program = '', ...rest] = otherUser === null ? words : ['setpriv', ...ids, ...words]
  return [program, rest]
}

async function emptyFolder({ root }: Context, name: string): Promise<string> {
  const folder = join(root, name)
  await mkdir(folder)
  if (otherUser !== null) await chown(folder, otherUser, otherUser)
  return folder
}

const entryOf = ({ installed }: Context) => join(installed, 'dist/server/callout.js')

/** Runs `callout …` in a folder. Resolves to its output, also of one that fails. */
async function callout(context: Context, cwd: string, ...words: string[]) {
  const [program, args] = asUser([process.execPath, entryOf(context), ...words])
  try {
    const { stdout, stderr } = await run(program, args, { cwd, env: environment(cwd) })
    return { code: 0, stdout, stderr }
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'code' in error && 'stderr' in error)) throw error
    return { code: error.code, stdout: String(error.stdout), stderr: String(error.stderr) }
  }
}

/** Runs `callout start` in a folder, on free ports. */
async function start(context: Context, cwd: string) {
  const [program, args] = asUser([process.execPath, entryOf(context), 'start'])
  const child: ChildProcess = spawn(program, args, {
    cwd,
    // Named in full, because this process reads the file of the demo passwords.
    env: { ...environment(cwd), PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: join(cwd, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.add(child)
  const exited = once(child, 'exit')
  const app = await readUntilReady(child.stdout)
  if (!app) throw new Error('callout start exited')
  const signIn = async (email: string, password: string | undefined) =>
    new Person(app, SignedIn.parse((await call(app, 'POST', '/api/auth/login', { email, password })).body))
  const demo = (email: string) => signIn(email, app.demoAccounts.find((account) => account.email === email)?.password)
  async function stop() {
    child.kill('SIGTERM')
    const [code] = await exited
    assert.is(code, 0)
  }
  return { app, signIn, demo, stop }
}

/** RELEASE names a tarball that is packed already. */
function tarball(): string {
  const { RELEASE } = process.env
  if (RELEASE) return resolve(RELEASE)
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/release.ts'], { stdio: ['ignore', 'ignore', 'inherit'] })
  return resolve('release', `callout-${version}.tgz`)
}

async function install(context: Context) {
  const packed = tarball()
  context.root = await mkdtemp(join(tmpdir(), 'callout-release-'))
  await chmod(context.root, 0o755)
  const folder = await emptyFolder(context, 'opt')
  execFileSync('tar', ['xzf', packed, '-C', folder, '--no-same-owner'])
  context.installed = join(folder, 'package')
  if (otherUser !== null) execFileSync('chown', ['-R', `${otherUser}:${otherUser}`, folder])
  const [program, args] = asUser(['npm', 'ci', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'])
  // With the settings of npm and of its certificates here.
  const env = { ...process.env, ...environment(folder), npm_config_cache: join(folder, '.npm') }
  await run(program, args, { cwd: context.installed, env })
}

test.before(async (context) => {
  try {
    await install(context)
  } catch (error) {
    // uvu neither shows the error of a hook nor fails.
    console.error(error)
    process.exitCode = 1
    throw error
  }
})
test.after(async ({ root }) => {
  for (const child of started) child.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

test('the installation has under 100 MB and no development package', async ({ installed }) => {
  const megabytes = Number(execFileSync('du', ['-sm', installed], { encoding: 'utf8' }).split('\t', 1)[0])
  console.log(`figures Node ${process.versions.node}: ${megabytes} MB installed`)
  assert.ok(megabytes < 100, `${megabytes} MB`)
  const packages = await readdir(join(installed, 'node_modules'))
  assert.ok(packages.includes('express'))
  for (const name of ['vite', 'tsx', 'typescript', 'esbuild', 'preact']) assert.not.ok(packages.includes(name), name)
})

test('callout prints its version and its commands, and what is wrong in one line', async (context) => {
  const cwd = await emptyFolder(context, 'words')
  assert.is((await callout(context, cwd, '--version')).stdout, `${version}\n`)
  const help = await callout(context, cwd, '--help')
  for (const name of Object.keys(commands)) {
    assert.match(help.stdout, new RegExp(`^ +${name} `, 'm'))
    const own = await callout(context, cwd, name, '--help')
    assert.equal([own.code, own.stdout.startsWith(`callout ${name}`), own.stderr], [0, true, ''], name)
  }
  const unknown = await callout(context, cwd, 'begin')
  assert.equal([unknown.code, unknown.stdout], [1, ''])
  assert.match(unknown.stderr, /^callout: there is no command "begin"\. The commands are start, .*\n$/)
  assert.match((await callout(context, cwd, 'backup')).stderr, 'Name one file: callout backup FILE')
  for (const words of [['token'], ['backup'], ['restore', 'nothing.db'], ['token', '--nonsense'], ['create-admin']]) {
    const { code, stderr } = await callout(context, cwd, ...words)
    assert.is(code, 1, words.join(' '))
    assert.match(stderr, /^.+\n$/, `${words.join(' ')}: one line`)
    assert.not.match(stderr, /node_modules|\bat .*:\d+:\d+/)
  }
})

test('start, accounts, tokens, an order, backup, doctor and restore work', async (context) => {
  const cwd = await emptyFolder(context, 'shop')
  const server = await start(context, cwd)
  const password = 'correct horse battery staple'
  const options = ['--email', 'olga@example.org', '--name', 'Olga', '--password', password]
  assert.match((await callout(context, cwd, 'create-admin', ...options)).stdout, /can now sign in as admin/)
  const admin = await server.signIn('olga@example.org', password)
  const secret = (await callout(context, cwd, 'token', '--scope', 'dashboard', '--name', 'Wall')).stdout.trim()
  const customer = await server.demo('customer@example.com')
  const live = await admin.connect('websocket')
  await live.subscribe('orders/new')
  const [service] = (await customer.get('/api/services')).body.services
  const order = (await customer.post('/api/orders', placeOrder(service.id))).body
  await live.until(({ topic, payload }) => topic === 'orders/new' && payload.id === order.id)
  await live.end()
  const listed = await call(server.app, 'GET', '/api/orders', undefined, { authorization: `Bearer ${secret}` })
  assert.is(listed.body.orders[0].id, order.id)
  assert.match((await (await fetch(`${server.app.http}/`)).text()).slice(0, 20), /^<!doctype html>/)

  const backup = await callout(context, cwd, 'backup', 'monday.db')
  assert.match(backup.stdout, /^monday\.db: 1 orders/)

  const ports = `PORT=${new URL(server.app.http).port}\nMQTT_PORT=${new URL(server.app.mqtt).port}\n`
  await writeFile(join(cwd, '.env'), ports)
  const doctor = await callout(context, cwd, 'doctor')
  assert.equal([doctor.code, doctor.stderr], [0, ''], doctor.stdout)
  assert.match(doctor.stdout, /^ok +the configuration is valid$/m)
  await server.stop()

  const elsewhere = await emptyFolder(context, 'elsewhere')
  const restored = await callout(context, elsewhere, 'restore', join(cwd, 'monday.db'))
  assert.is(restored.code, 0, restored.stderr)
  const second = await start(context, elsewhere)
  const again = await second.signIn('olga@example.org', password)
  assert.is((await again.get(`/api/orders/${order.id}`)).body.number, order.number)
  await second.stop()
})

test.run()
