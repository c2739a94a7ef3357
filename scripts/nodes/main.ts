import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '../../server/config/config.ts'
import { seeded } from '../../server/system-tests/lib/numbers.ts'
import { stablePort } from '../chaos/stable-port.ts'
import { ensureBuilt } from '../lib/built.ts'
import { startBalancer, type Target } from './balancer.ts'
import { startDatabases } from './databases.ts'
import { createSupervisedNode, restartAfter, type SupervisedNode } from './supervised-node.ts'
import { readyLines } from './ready-message.ts'

// npm run nodes -- [--nodes 3]
//
// Starts several nodes behind a small load balancer on this machine, to try out and to kill. They share MONGO_URI and
// REDIS_URL; what is not set is started with temporary data. HOST, PORT and MQTT_PORT are the balancer's; every other
// key of .env.example is the nodes'.

const nodes: SupervisedNode[] = []
/** Stops what was started, in reverse order. */
const ends: (() => Promise<unknown>)[] = []
let stopAccepting = () => {}
let ending = 0

process.once('exit', () => nodes.forEach((node) => node.kill()))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending === 0) void end(0)
    // Under npm one Ctrl-C arrives twice: from the terminal and from npm. A later one exits at once.
    else if (Date.now() - ending > 1_000) process.exit(1)
  })
}

const starting = start().catch((error: unknown) => {
  if (ending > 0) return // it was stopped before it was ready
  console.error(explain(error))
  void end(error instanceof ConfigError ? 78 : 1)
})

async function start() {
  const count = countOf(process.argv.slice(2))
  if (existsSync('.env')) process.loadEnvFile('.env')
  const given = (key: string) => process.env[key]?.trim() || undefined
  const databases = await startDatabases({ mongoUri: given('MONGO_URI'), redisUrl: given('REDIS_URL') })
  ends.push(databases.stop)
  const secret = given('JWT_SECRET') ?? randomBytes(24).toString('base64url')
  const shared = { MONGO_URI: databases.mongoUri, JWT_SECRET: secret }
  const env = {
    ...process.env,
    ...shared,
    REDIS_URL: databases.redisUrl,
    DEMO: given('DEMO') ?? 'true',
    NODE_ENV: given('NODE_ENV') ?? 'production',
    // The info logs of all nodes together are too long to read.
    LOG_LEVEL: given('LOG_LEVEL') ?? 'warn',
  }
  const { host, port, mqttPort } = readConfig(env)

  const targets = await freeTargets(count)
  const balancer = await startBalancer({ targets, host, http: port, mqtt: mqttPort })
  ends.push(balancer.stop)
  stopAccepting = balancer.stopAccepting
  await ensureBuilt()
  if (ending > 0) return

  for (const [n, { http, mqtt }] of targets.entries()) {
    const name = `node ${n + 1}`
    nodes.push(
      createSupervisedNode({
        // RATE_LIMITS stays on. For a node every client has the address 127.0.0.1, so limits by address (500 connections
        // to a node, 300 sign-ins in five minutes, 100 registrations in an hour) count all clients together, which is
        // sufficient for a demonstration. TRUST_PROXY must stay off: the balancer adds no header, so a node would believe
        // any address that a client sends.
        env: { ...env, HOST: '127.0.0.1', PORT: String(http), MQTT_PORT: String(mqtt) },
        onExit: (pid, how) => console.log(`${name} exited (pid ${pid}, ${how})`),
        onRestart: (pid) => console.log(`${name} restarted (pid ${pid})`),
      }),
    )
  }
  ends.push(stopNodes)
  // The first node creates the demo catalogue alone: several nodes at once would each create it.
  const [first, ...others] = nodes
  const demoAccounts = (await first?.start()) ?? []
  if (ending > 0) return
  await Promise.all(others.map((node) => node.start()))
  await balancer.checkAll()

  const generated = Object.fromEntries(Object.entries(shared).filter(([key]) => !given(key)))
  const listed = targets.map((target, n) => ({ target, pid: nodes[n]?.pid() }))
  const { ports } = balancer
  const { started } = databases
  console.log(readyLines({ host, ports, nodes: listed, demoAccounts, started, generated, restartAfter }).join('\n'))
}

async function end(code: number) {
  ending = Date.now()
  stopAccepting()
  // A start in progress ends when its nodes exit.
  await stopNodes()
  await starting
  for (const stop of ends.toReversed()) await stop()
  process.exit(code)
}

const stopNodes = () => Promise.all(nodes.map((node) => node.stop()))

function countOf(args: string[]): number {
  const { values } = parseArgs({ args, options: { nodes: { type: 'string', default: '3' } } })
  if (!/^[1-9]\d?$/.test(values.nodes)) throw new Error('--nodes takes a whole number, 1 to 99.')
  return Number(values.nodes)
}

/** Different ports for each node. A node keeps its ports across restarts. */
async function freeTargets(count: number): Promise<Target[]> {
  const random = seeded(Date.now())
  const ports = new Set<number>()
  while (ports.size < 2 * count) ports.add(await stablePort(random))
  const all = [...ports]
  return Array.from({ length: count }, (_, n) => ({ http: all[2 * n] ?? 0, mqtt: all[2 * n + 1] ?? 0 }))
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `port ${String(error.port)} is in use: stop the other program, or set PORT or MQTT_PORT`
  }
  return error.message
}
