import type { Random } from '../../server/system-tests/lib/numbers.ts'
import { steadyPort } from './stable-port.ts'
import { createKeptServer, type KeptServerOptions } from './server-process.ts'

/** Where a node listens. */
export interface Target {
  http: number
  mqtt: number
}

export interface KeptServersOptions extends KeptServerOptions {
  nodes: number
  /** For the ports. */
  random: Random
}

export type KeptServers = Awaited<ReturnType<typeof createKeptServers>>

/** One server, or several nodes of it: they are ended one at a time, each in its turn, while the others go on. */
export async function createKeptServers({ nodes: count, random, env, ...options }: KeptServersOptions) {
  const nodes = await Promise.all(
    Array.from({ length: count }, async () => {
      const target: Target = { http: await steadyPort(random), mqtt: await steadyPort(random) }
      const ports = { PORT: String(target.http), MQTT_PORT: String(target.mqtt) }
      return { target, up: false, server: createKeptServer({ ...options, env: { ...env, ...ports } }) }
    }),
  )
  let turn = 0
  let asked = 0

  function next() {
    const node = nodes[turn++ % nodes.length]
    if (!node) throw new Error('there is no node')
    return node
  }

  /** Ends the node whose turn it is, or the one that is being started. */
  async function end(how: 'kill' | 'terminate') {
    const node = nodes.find(({ up }) => !up) ?? next()
    node.up = false
    await node.server[how]()
  }

  return {
    /** Starts what is not running. Resolves to false when one was ended before it was ready. */
    async start(): Promise<boolean> {
      for (const node of nodes) {
        if (node.up) continue
        if (!(await node.server.start())) return false
        node.up = true
      }
      return true
    },

    /** Where to go now: to the nodes that are up, in turns, as a load balancer would. */
    target(): Target {
      const up = nodes.filter((node) => node.up)
      const node = up[asked++ % up.length] ?? nodes[0]
      if (!node) throw new Error('there is no node')
      return node.target
    },

    /** Passwords of the demo accounts, by e-mail. */
    demo: nodes[0]?.server.demo ?? new Map<string, string>(),
    startTimes: () => nodes.flatMap(({ server }) => server.startTimes),
    kill: () => end('kill'),
    /** Stops it the polite way, which has to work as well. */
    terminate: () => end('terminate'),
    pause: (milliseconds: number) => next().server.pause(milliseconds),
    stop: async () => void (await Promise.all(nodes.map(({ server }) => server.stop()))),
  }
}

/** What the servers are told of what they share. */
export function sharedEnvironment({ MONGO_URI, REDIS_URL }: { MONGO_URI?: string; REDIS_URL?: string }) {
  const shared: Record<string, string> = {}
  if (MONGO_URI)
    Object.assign(shared, { MONGO_URI, JWT_SECRET: 'nothing but a secret for the chaos run', DEMO: 'true' })
  if (REDIS_URL) Object.assign(shared, { REDIS_URL })
  return shared
}
