import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import type { Mood } from '../config.ts'
import type { Target } from '../nodes.ts'
import type { Tally } from '../counters.ts'
import { reset, tcpEnd, webSocketEnd } from './endpoints.ts'
import { clientHeader, createHttpTampering } from './http.ts'
import { createLink, type End, type Link } from './link.ts'

export interface ProxyOptions {
  /** The server's ports, asked for each connection. */
  target: () => Target
  random: Random
  mood: Mood
  tally: Tally
}

export type Proxy = Awaited<ReturnType<typeof startProxy>>

/** Stands between the server and all its clients, on ports of its own: HTTP with WebSocket, and MQTT over TCP. */
export async function startProxy({ target, random, mood, tally }: ProxyOptions) {
  const links = new Map<Link, string>()
  const off = new Set<string>()
  const sockets = new Set<Socket>()
  const everybody = '*'
  let heardWrite = () => {}

  const isOff = (client: string) => off.has(everybody) || off.has(client)
  const onWrite = () => heardWrite()
  const http = createHttpTampering({ port: () => target().http, random, mood, tally, isOff, onWrite })

  function join(client: End, server: End, name: string) {
    const link: Link = createLink({
      client,
      server,
      random,
      mood,
      tally,
      onWrite,
      onNamed(clientId) {
        const whose = name || clientId
        links.set(link, whose)
        return !isOff(whose)
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
    const server = webSocketEnd(upstream)
    upstream.once('close', () => socket.destroy())
    upstream.once('open', () => {
      if (socket.destroyed) return upstream.terminate()
      webSockets.handleUpgrade(request, socket, head, (downstream) => join(webSocketEnd(downstream), server, name))
    })
  })
  const mqttServer = createServer((socket) => {
    if (off.has(everybody)) return reset(socket)
    join(tcpEnd(socket), tcpEnd(connect(target().mqtt, '127.0.0.1')), '')
  })
  httpServer.on('connection', (socket: Socket) => {
    socket.on('error', () => {})
    if (off.has(everybody)) return reset(socket)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const [httpPort, mqttPort] = await Promise.all([listen(httpServer), listen(mqttServer)])

  return {
    http: `http://127.0.0.1:${httpPort}`,
    websocket: `ws://127.0.0.1:${httpPort}/mqtt`,
    mqtt: `mqtt://127.0.0.1:${mqttPort}`,
    links: () => links.size,

    /** Resolves when a write is on its way to the server, or after so many milliseconds. */
    nextWrite: (patience: number) =>
      new Promise<void>((resolve) => {
        heardWrite = resolve
        setTimeout(resolve, patience)
      }),

    /** Ends one connection, at once or in the middle of its next packet. */
    cutOne(halfWay: boolean) {
      if (links.size === 0) return
      const link = random.pick([...links.keys()])
      if (halfWay) link.cutHalfWay()
      else link.cut()
      tally.cuts++
    },

    /** From here on there is no network for this client, or for anybody; returns how to bring it back. */
    networkOff(client: string | null): () => void {
      const whose = client ?? everybody
      off.add(whose)
      for (const [link, name] of links) if (client === null || name === client) link.cut()
      if (client === null) for (const socket of sockets) reset(socket)
      tally.networkOff++
      return () => void off.delete(whose)
    },

    /** Nothing is held back any longer. */
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
