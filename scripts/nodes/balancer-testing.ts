import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { suite } from 'uvu'
import { startBalancer, type Balancer, type Target } from './balancer.ts'

// Test support: fake nodes, and a balancer in front of them.

interface Context {
  /** Registers a clean-up; they run in reverse order after the test. */
  after(end: () => unknown): void
  ends: (() => unknown)[]
}

/** A suite whose tests register their clean-up with `context.after`. */
export function balancerSuite(name: string) {
  const test = suite<Context>(name)
  test.before.each((context) => {
    context.ends = []
    context.after = (end) => void context.ends.unshift(end)
  })
  test.after.each(async ({ ends }) => {
    for (const end of ends) await end()
  })
  return test
}

/** A fake node: sends its name to each connection, and reports its readiness. */
export async function startFakeNode(
  { after }: Context,
  name: string,
  onConnection = (socket: Socket): unknown => socket.end(name),
) {
  const node = { ready: true, connections: 0, onReadinessCheck() {} }
  const http = createHttpServer((request, response) => {
    if (request.url === '/readyz') node.onReadinessCheck()
    response.writeHead(request.url === '/readyz' && !node.ready ? 503 : 200).end(name)
  })
  const mqtt = createServer({ allowHalfOpen: true }, (socket) => {
    node.connections++
    socket.on('error', () => {})
    onConnection(socket)
  })
  const target: Target = { http: await listen(http), mqtt: await listen(mqtt) }
  function stop() {
    http.close().closeAllConnections()
    mqtt.close()
  }
  after(stop)
  return Object.assign(node, {
    target,
    stop,
    /** Listens again, but is not ready. */
    async restart() {
      node.ready = false
      await Promise.all([listen(http, target.http), listen(mqtt, target.mqtt)])
    },
  })
}

async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

export async function balance({ after }: Context, ...nodes: { target: Target }[]): Promise<Balancer> {
  // No periodic checks during a test: it calls checkAll.
  const balancer = await startBalancer({
    targets: nodes.map(({ target }) => target),
    http: 0,
    mqtt: 0,
    checkEvery: 3_600_000,
  })
  after(() => balancer.stop())
  await balancer.checkAll()
  return balancer
}

export const open = (port: number) => connect(port, '127.0.0.1')
