import { connect, type Socket } from 'node:net'
import { FrameReader } from './frames.ts'
import { createProtocol, subprotocol, type Dashboard, type Endpoint, type Protocol } from './protocols.ts'

export interface ClientEvents {
  ready(): void
  delivered(): void
  /** Called once. `reason`: why the connection failed, if it never became ready. */
  closed(reason: string): void
}

/** Shared read buffer of all sockets: each chunk is parsed before the next socket reads. */
const chunk = Buffer.allocUnsafeSlow(64 * 1024)

/** One dashboard on a plain TCP socket, so that the load generator uses little CPU time. */
export class Client {
  readonly #socket: Socket
  readonly #protocol: Protocol
  readonly #frames: FrameReader
  #upgrade: string | null = ''
  #reason = 'the connection was closed'

  constructor(endpoint: Endpoint, name: string, { ready, delivered, closed }: ClientEvents) {
    const socket = connect({
      host: '127.0.0.1',
      port: endpoint.port,
      noDelay: true,
      onread: { buffer: chunk, callback: (length) => this.#read(length) },
    })
    this.#socket = socket
    const dashboard: Dashboard = {
      send: (bytes) => void (socket.writable && socket.write(bytes)),
      ready,
      delivered,
      refused: (reason) => {
        this.#reason = reason
        socket.destroy()
      },
    }
    this.#protocol = createProtocol(endpoint, name, dashboard)
    this.#frames = new FrameReader(this.#protocol)
    socket.once('connect', () => socket.write(upgradeRequest(endpoint)))
    socket.on('error', (error) => (this.#reason = error.message))
    socket.once('close', () => closed(this.#reason))
  }

  /** Bytes received. */
  get received(): number {
    return this.#socket.bytesRead
  }

  /** Stops reading for good. */
  freeze() {
    this.#socket.pause()
  }

  /** Resets the connection, so that its port is free at once. */
  drop() {
    this.#socket.resetAndDestroy()
  }

  #read(length: number): boolean {
    const from = this.#upgrade === null ? 0 : this.#readUpgrade(length)
    this.#frames.take(chunk, from, length)
    this.#protocol.flush()
    return true
  }

  /** Reads the upgrade response. Returns how many bytes of the chunk belong to it. */
  #readUpgrade(length: number): number {
    const before = this.#upgrade?.length ?? 0
    const text = this.#upgrade + chunk.toString('latin1', 0, length)
    const end = text.indexOf('\r\n\r\n')
    this.#upgrade = text
    if (end < 0) return length
    this.#upgrade = null
    if (text.startsWith('HTTP/1.1 101')) this.#protocol.opened()
    else {
      this.#reason = text.slice(0, text.indexOf('\r\n'))
      this.#socket.destroy()
    }
    return end + 4 - before
  }
}

function upgradeRequest(endpoint: Endpoint): string {
  const protocol = subprotocol(endpoint)
  const lines = [
    `GET ${endpoint.path} HTTP/1.1`,
    `Host: 127.0.0.1:${endpoint.port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
