import { connect, createServer, type Server, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

// Plain TCP, so that HTTP, WebSocket and MQTT need nothing each: what a browser or a device says arrives as it was said.
// It follows that a node sees the balancer's address in place of the client's; scripts/nodes/main.ts says what that means.

/** Where a node listens, on this machine: HTTP with WebSocket, and MQTT. */
export interface Target {
  readonly http: number
  readonly mqtt: number
}

export interface BalancerOptions {
  targets: readonly Target[]
  host?: string
  /** Where clients come in; 0 picks a free port. */
  http: number
  mqtt: number
  /** Milliseconds between two questions to a node. */
  askEvery?: number
}

export type Balancer = Awaited<ReturnType<typeof startBalancer>>

/** One that is asked and says nothing for so long is not ready: it may be frozen. */
const patience = 2_000

/** Hands each connection to the next node that is ready; none is ready before it has said so. */
export async function startBalancer({ targets, host = '127.0.0.1', http, mqtt, askEvery = 1_000 }: BalancerOptions) {
  const nodes = targets.map((target) => ({ target, ready: false }))
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  let ended = false

  async function ask(node: (typeof nodes)[number]) {
    node.ready = await isReady(node.target.http)
  }

  async function goOnAsking(node: (typeof nodes)[number]) {
    await ask(node)
    if (ended) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void goOnAsking(node)
    }, askEvery)
    timers.add(timer)
  }

  function door(which: keyof Target): Server {
    // Each door goes round by itself: a page opens one connection of each kind, and two doors with one order between
    // them would give all of one kind to the same node.
    let turn = 0

    /** Who is to be tried, one after the other. Where nobody is ready, any that answers can say itself what is amiss. */
    function candidates() {
      const ready = nodes.filter((node) => node.ready)
      const first = turn++ % (ready.length || 1)
      return [...ready.slice(first), ...ready.slice(0, first), ...nodes.filter((node) => !node.ready)]
    }

    async function accept(client: Socket) {
      keep(client)
      for (const node of candidates()) {
        const upstream = await reach(node.target[which])
        if (upstream) keep(upstream)
        if (client.destroyed || ended) return upstream?.destroy()
        if (upstream) return join(client, upstream)
        // It is gone: nobody else need try it before it answers again.
        node.ready = false
      }
      client.destroy()
    }

    return createServer({ allowHalfOpen: true, noDelay: true }, (client) => void accept(client))
  }

  function keep(socket: Socket) {
    sockets.add(socket)
    // What goes wrong shows as "close".
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  }

  const doors = { http: door('http'), mqtt: door('mqtt') }
  const ports = { http: await listen(doors.http, http, host), mqtt: 0 }
  try {
    ports.mqtt = await listen(doors.mqtt, mqtt, host)
  } catch (error) {
    doors.http.close()
    throw error
  }
  for (const node of nodes) void goOnAsking(node)

  let closing: Promise<unknown> = Promise.resolve()
  /** Nobody comes in any more; who is in stays until `end`. */
  function leave() {
    if (ended) return
    ended = true
    for (const timer of timers) clearTimeout(timer)
    closing = Promise.all(Object.values(doors).map((server) => new Promise((done) => server.close(done))))
  }

  return {
    ports: ports as Target,
    leave,

    /** Asks every node now, out of turn. */
    async ask() {
      await Promise.all(nodes.map(ask))
    },

    async end() {
      leave()
      for (const socket of sockets) socket.destroy()
      await closing
    },
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(patience) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}

/** A connection to this port; null if nobody listens there. */
function reach(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })
}

/** Each is told what the other says, no faster than it reads; when one breaks, so does the other. */
function join(client: Socket, upstream: Socket) {
  // `pipeline` has then destroyed both; one that only ended has ended the other half, and may still be answered.
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
