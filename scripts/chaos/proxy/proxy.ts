import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import type { ActiveFaults } from '../config.ts'
import type { Target } from '../nodes.ts'
import type { Counters } from '../counters.ts'
import { reset, tcpEndpoint, webSocketEndpoint } from './endpoints.ts'
import { clientHeader, createHttpTampering } from './http.ts'
import { createLink, type Endpoint, type Link } from './link.ts'

export interface ProxyOptions {
  /** The server's ports, read for each connection. */
  target: () => Target
  random: Random
  faults: ActiveFaults
  counters: Counters
}

export type Proxy = Awaited<ReturnType<typeof startProxy>>

/** A proxy between the server and all clients: HTTP with WebSocket on one port, MQTT over TCP on another. */
export async function startProxy({ target, random, faults, counters }: ProxyOptions) {
  const links = new Map<Link, string>()
  const off = new Set<string>()
  const sockets = new Set<Socket>()
  const allClients = '*'
  let onNextWrite = () => {}

  const isOff = (client: string) => off.has(allClients) || off.has(client)
  const onWrite = () => onNextWrite()
  const http = createHttpTampering({ port: () => target().http, random, faults, counters, isOff, onWrite })

  function join(client: Endpoint, server: Endpoint, name: string) {
    const link: Link = createLink({
      client,
      server,
      random,
      faults,
      counters,
      onWrite,
      onNamed(clientId) {
        const owner = name || clientId
        links.set(link, owner)
        return !isOff(owner)
      },
      onClosed: () => void links.delete(link),
    })
    links.set(link, name)
  }

  const httpServer = createHttpServer(http.handle)
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  httpServer.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const name = String(request.headers[clientHeader] ?? '')
    if (isOff(name)) return socket.destroy()
    const upstream = new WebSocket(`ws://127.0.0.1:${target().http}${request.url ?? ''}`, 'mqtt', {
      perMessageDeflate: false,
    })
    const server = webSocketEndpoint(upstream)
    upstream.once('close', () => socket.destroy())
    upstream.once('open', () => {
      if (socket.destroyed) return upstream.terminate()
      webSockets.handleUpgrade(request, socket, head, (downstream) => join(webSocketEndpoint(downstream), server, name))
    })
  })
  const mqttServer = createServer((socket) => {
    if (off.has(allClients)) return reset(socket)
    join(tcpEndpoint(socket), tcpEndpoint(connect(target().mqtt, '127.0.0.1')), '')
  })
  httpServer.on('connection', (socket: Socket) => {
    socket.on('error', () => {})
    if (off.has(allClients)) return reset(socket)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const [httpPort, mqttPort] = await Promise.all([listen(httpServer), listen(mqttServer)])

  return {
    http: `http://127.0.0.1:${httpPort}`,
    websocket: `ws://127.0.0.1:${httpPort}/mqtt`,
    mqtt: `mqtt://127.0.0.1:${mqttPort}`,
    links: () => links.size,

    /** Resolves when a write is in flight to the server, or after the timeout in ms. */
    nextWrite: (timeout: number) =>
      new Promise<void>((resolve) => {
        onNextWrite = resolve
        setTimeout(resolve, timeout)
      }),

    /** Cuts one connection, at once or in the middle of its next packet. */
    cutOne(midPacket: boolean) {
      if (links.size === 0) return
      const link = random.pick([...links.keys()])
      if (midPacket) link.cutMidPacket()
      else link.cut()
      counters.cuts++
    },

    /** Cuts the network of one client, or of all (null). Returns a function that restores it. */
    networkOff(client: string | null): () => void {
      const owner = client ?? allClients
      off.add(owner)
      for (const [link, name] of links) if (client === null || name === client) link.cut()
      if (client === null) for (const socket of sockets) reset(socket)
      counters.networkOff++
      return () => void off.delete(owner)
    },

    /** Delivers all packets that are held back. */
    release() {
      for (const link of links.keys()) link.release()
    },

    async stop() {
      for (const link of links.keys()) link.cut()
      http.end()
      httpServer.closeAllConnections()
      await Promise.all([httpServer, mqttServer].map((server) => new Promise((done) => server.close(done))))
    },
  }
}

function listen(server: HttpServer | Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('not listening on TCP'))
      else resolve(address.port)
    })
  })
}
