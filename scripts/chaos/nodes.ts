import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Random } from '../../server/system-tests/lib/numbers.ts'
import { createClockFile, steppedClock } from './clock-file.ts'
import { stablePort } from './stable-port.ts'
import { createRestartableServer, type RestartableServerOptions } from './server-process.ts'

/** The ports of a node. */
export interface Target {
  http: number
  mqtt: number
}

export interface NodesOptions extends RestartableServerOptions {
  nodes: number
  /** Source of the port numbers. */
  random: Random
}

export type Nodes = Awaited<ReturnType<typeof createNodes>>

/** One or several nodes. Kills and stops go round, one node at a time. */
export async function createNodes({ nodes: count, random, env, ...options }: NodesOptions) {
  const nodes = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const target: Target = { http: await stablePort(random), mqtt: await stablePort(random) }
      const clock = createClockFile(join(tmpdir(), `callout-chaos-clock-${process.pid}-${n}`))
      const own = { PORT: String(target.http), MQTT_PORT: String(target.mqtt), CLOCK_FILE: clock.path }
      const server = createRestartableServer({ ...options, env: { ...env, ...own }, preload: [steppedClock] })
      return { target, up: false, server, clock }
    }),
  )
  let turn = 0
  let connections = 0

  function next() {
    const node = nodes[turn++ % nodes.length]
    if (!node) throw new Error('there is no node')
    return node
  }

  /** Ends the next node, or the one that is starting. */
  async function end(how: 'kill' | 'terminate') {
    const node = nodes.find(({ up }) => !up) ?? next()
    node.up = false
    await node.server[how]()
  }

  return {
    /** Starts all nodes that are down. Resolves to false if one exited before it was ready. */
    async start(): Promise<boolean> {
      for (const node of nodes) {
        if (node.up) continue
        if (!(await node.server.start())) return false
        node.up = true
      }
      return true
    },

    /** The node for the next connection: round robin over the nodes that are up, as a load balancer. */
    target(): Target {
      const up = nodes.filter((node) => node.up)
      const node = up[connections++ % up.length] ?? nodes[0]
      if (!node) throw new Error('there is no node')
      return node.target
    },

    /** Passwords of the demo accounts, by e-mail. */
    demo: nodes[0]?.server.demo ?? new Map<string, string>(),
    /** The system clock of each node. */
    clocks: nodes.map(({ clock }) => clock),
    startTimes: () => nodes.flatMap(({ server }) => server.startTimes),
    kill: () => end('kill'),
    /** Stops the next node gracefully. */
    terminate: () => end('terminate'),
    pause: (milliseconds: number) => next().server.pause(milliseconds),
    async stop() {
      await Promise.all(nodes.map(({ server }) => server.stop()))
      for (const { clock } of nodes) clock.remove()
    },
  }
}

/** Environment of the nodes: the database and Redis that they share. */
export function sharedEnvironment({ MONGO_URI, REDIS_URL }: { MONGO_URI?: string; REDIS_URL?: string }) {
  const shared: Record<string, string> = {}
  if (MONGO_URI)
    Object.assign(shared, { MONGO_URI, JWT_SECRET: 'nothing but a secret for the chaos run', DEMO: 'true' })
  if (REDIS_URL) Object.assign(shared, { REDIS_URL })
  return shared
}
