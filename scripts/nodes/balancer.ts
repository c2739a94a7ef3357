import { connect, createServer, type Server, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

// Forwards plain TCP, so that HTTP, WebSocket and MQTT need no code of their own. Therefore a node sees the balancer's
// address instead of the client's; see main.ts for the consequences.

/** A node's ports on this machine: HTTP with WebSocket, and MQTT. */
export interface Target {
  readonly http: number
  readonly mqtt: number
}

export interface BalancerOptions {
  targets: readonly Target[]
  host?: string
  /** The balancer's own ports; 0 picks a free one. */
  http: number
  mqtt: number
  /** Milliseconds between two readiness checks of a node. */
  checkEvery?: number
}

export type Balancer = Awaited<ReturnType<typeof startBalancer>>

/** Timeout of a readiness check, in ms: a frozen node accepts connections but does not respond. */
const checkTimeout = 2_000

/** Forwards each connection to the next ready node. A node is ready after its first successful check. */
export async function startBalancer({ targets, host = '127.0.0.1', http, mqtt, checkEvery = 1_000 }: BalancerOptions) {
  const nodes = targets.map((target) => ({ target, ready: false }))
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  let stopped = false

  async function check(node: (typeof nodes)[number]) {
    node.ready = await isReady(node.target.http)
  }

  async function checkPeriodically(node: (typeof nodes)[number]) {
    await check(node)
    if (stopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void checkPeriodically(node)
    }, checkEvery)
    timers.add(timer)
  }

  function createListener(which: keyof Target): Server {
    // Each port has its own round robin. A page opens one connection of each kind, so a shared one over two nodes would
    // send all connections of one kind to the same node.
    let next = 0

    /** The nodes in the order to try. If none is ready, any reachable node may report its state itself. */
    function candidates() {
      const ready = nodes.filter((node) => node.ready)
      const first = next++ % (ready.length || 1)
      return [...ready.slice(first), ...ready.slice(0, first), ...nodes.filter((node) => !node.ready)]
    }

    async function accept(client: Socket) {
      track(client)
      for (const node of candidates()) {
        const upstream = await reach(node.target[which])
        if (upstream) track(upstream)
        if (client.destroyed || stopped) return upstream?.destroy()
        if (upstream) return join(client, upstream)
        // Skip it until the next successful check.
        node.ready = false
      }
      client.destroy()
    }

    return createServer({ allowHalfOpen: true, noDelay: true }, (client) => void accept(client))
  }

  function track(socket: Socket) {
    sockets.add(socket)
    // An error is followed by "close".
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  }

  const listeners = { http: createListener('http'), mqtt: createListener('mqtt') }
  const ports = { http: await listen(listeners.http, http, host), mqtt: 0 }
  try {
    ports.mqtt = await listen(listeners.mqtt, mqtt, host)
  } catch (error) {
    listeners.http.close()
    throw error
  }
  for (const node of nodes) void checkPeriodically(node)

  let closing: Promise<unknown> = Promise.resolve()
  /** Stops accepting connections; open ones stay until `stop`. */
  function stopAccepting() {
    if (stopped) return
    stopped = true
    for (const timer of timers) clearTimeout(timer)
    closing = Promise.all(Object.values(listeners).map((server) => new Promise((done) => server.close(done))))
  }

  return {
    ports: ports as Target,
    stopAccepting,

    /** Checks every node now. */
    async checkAll() {
      await Promise.all(nodes.map(check))
    },

    async stop() {
      stopAccepting()
      for (const socket of sockets) socket.destroy()
      await closing
    },
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(checkTimeout) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}

/** Connects to this port; null if the connection is refused. */
function reach(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })
}

/** Pipes both directions with backpressure. If one side breaks, the other is destroyed too. */
function join(client: Socket, upstream: Socket) {
  // On an error `pipeline` destroys both sockets. After a half-close the other direction stays open for the response.
  const whenDone = () => {}
  pipeline(client, upstream, whenDone)
  pipeline(upstream, client, whenDone)
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('not listening on TCP'))
      else resolve(address.port)
    })
  })
}
