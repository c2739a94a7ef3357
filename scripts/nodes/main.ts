import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '../../server/config/config.ts'
import { seeded } from '../../server/system-tests/lib/numbers.ts'
import { stablePort } from '../chaos/stable-port.ts'
import { ensureBuilt } from '../lib/built.ts'
import { startBalancer, type Target } from './balancer.ts'
import { startEngines } from './databases.ts'
import { backAfter, createKeptNode, type KeptNode } from './supervised-node.ts'
import { readyLines } from './ready-message.ts'

// npm run nodes -- [--nodes 3]
//
// Several nodes behind a small load balancer on this machine, to be looked at and to be killed. They share the MONGO_URI
// and the REDIS_URL that are set; what is not set is started, with data that is gone at the end. HOST, PORT and MQTT_PORT
// are the balancer's; every other key of .env.example is the nodes'.

const nodes: KeptNode[] = []
/** How what was started is ended, in reverse. */
const ends: (() => Promise<unknown>)[] = []
let leave = () => {}
let ending = 0

process.once('exit', () => nodes.forEach((node) => node.kill()))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending === 0) void end(0)
    // Under npm one Ctrl-C arrives twice: from the terminal and from npm. Later ones are somebody who will not wait.
    else if (Date.now() - ending > 1_000) process.exit(1)
  })
}

const starting = start().catch((error: unknown) => {
  if (ending > 0) return // it was told to end before it was ready
  console.error(explain(error))
  void end(error instanceof ConfigError ? 78 : 1)
})

async function start() {
  const count = countOf(process.argv.slice(2))
  if (existsSync('.env')) process.loadEnvFile('.env')
  const given = (key: string) => process.env[key]?.trim() || undefined
  const engines = await startEngines({ mongoUri: given('MONGO_URI'), redisUrl: given('REDIS_URL') })
  ends.push(engines.stop)
  const secret = given('JWT_SECRET') ?? randomBytes(24).toString('base64url')
  const shared = { MONGO_URI: engines.mongoUri, JWT_SECRET: secret }
  const env = {
    ...process.env,
    ...shared,
    REDIS_URL: engines.redisUrl,
    DEMO: given('DEMO') ?? 'true',
    NODE_ENV: given('NODE_ENV') ?? 'production',
    // What all nodes do at once is too much to read; what is wrong is not.
    LOG_LEVEL: given('LOG_LEVEL') ?? 'warn',
  }
  const { host, port, mqttPort } = readConfig(env)

  const targets = await freeTargets(count)
  const balancer = await startBalancer({ targets, host, http: port, mqtt: mqttPort })
  ends.push(balancer.end)
  leave = balancer.leave
  await ensureBuilt()
  if (ending > 0) return

  for (const [n, { http, mqtt }] of targets.entries()) {
    const name = `node ${n + 1}`
    nodes.push(
      createKeptNode({
        // RATE_LIMITS is left as it is. To a node every client is 127.0.0.1, so limits by address (500 connections to a
        // node, 300 sign-ins in five minutes, 100 registrations in an hour) are for all clients together: as they are on
        // one node for whoever is on this machine, and wide checkMinimumActivity for a room of guests. TRUST_PROXY is not for us: we
        // add no header, so a node that trusted one would believe whatever address a client writes into it.
        env: { ...env, HOST: '127.0.0.1', PORT: String(http), MQTT_PORT: String(mqtt) },
        onGone: (pid, how) => console.log(`${name} is gone (pid ${pid}, ${how})`),
        onBack: (pid) => console.log(`${name} is back (pid ${pid})`),
      }),
    )
  }
  ends.push(stopNodes)
  // The first one makes the demo catalogue: of several that start at once each would find none.
  const [first, ...others] = nodes
  const demoAccounts = (await first?.start()) ?? []
  if (ending > 0) return
  await Promise.all(others.map((node) => node.start()))
  await balancer.ask()

  const made = Object.fromEntries(Object.entries(shared).filter(([key]) => !given(key)))
  const listed = targets.map((target, n) => ({ target, pid: nodes[n]?.pid() }))
  const { ports } = balancer
  const { started } = engines
  console.log(readyLines({ host, ports, nodes: listed, demoAccounts, started, made, backAfter }).join('\n'))
}

async function end(code: number) {
  ending = Date.now()
  leave()
  // A start that is under way ends with its nodes.
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

/** Ports of each node, no two alike. They stay its own while it is away. */
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
    return `port ${String(error.port)} is taken by another program: free it, or choose another with PORT or MQTT_PORT`
  }
  return error.message
}
