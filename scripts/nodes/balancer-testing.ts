import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { suite } from 'uvu'
import { startBalancer, type Balancer, type Target } from './balancer.ts'

// What the balancer's tests need: nodes that are played, and a balancer before them.

interface Context {
  /** Runs when the test is over, the last one first. */
  after(end: () => unknown): void
  ends: (() => unknown)[]
}

/** A suite whose tests say how what they start is ended. */
export function balancing(name: string) {
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

/** Stands in for a node: it says its name to whoever connects, and whether it is ready. */
export async function aNode({ after }: Context, name: string, talk = (socket: Socket): unknown => socket.end(name)) {
  const node = { ready: true, connections: 0, onAsked() {} }
  const http = createHttpServer((request, response) => {
    if (request.url === '/readyz') node.onAsked()
    response.writeHead(request.url === '/readyz' && !node.ready ? 503 : 200).end(name)
  })
  const mqtt = createServer({ allowHalfOpen: true }, (socket) => {
    node.connections++
    socket.on('error', () => {})
    talk(socket)
  })
  const target: Target = { http: await listen(http), mqtt: await listen(mqtt) }
  function die() {
    http.close().closeAllConnections()
    mqtt.close()
  }
  after(die)
  return Object.assign(node, {
    target,
    die,
    /** It is there again, but not ready. */
    async comeBack() {
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
  // They are asked when a test says so, and not once more before its end.
  const balancer = await startBalancer({
    targets: nodes.map(({ target }) => target),
    http: 0,
    mqtt: 0,
    askEvery: 3_600_000,
  })
  after(() => balancer.end())
  await balancer.ask()
  return balancer
}

export const open = (port: number) => connect(port, '127.0.0.1')
