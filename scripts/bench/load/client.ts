import { connect, type Socket } from 'node:net'
import { Frames } from './frames.ts'
import { speak, subprotocol, type Dashboard, type Door, type Protocol } from './protocols.ts'

export interface ClientEvents {
  ready(): void
  delivered(): void
  /** Once, whatever the reason; `why` when it never came in. */
  closed(why: string): void
}

/** All sockets read into this: what came is taken apart before the next one reads. */
const chunk = Buffer.allocUnsafeSlow(64 * 1024)

/** One dashboard on a bare socket: it costs the machine as little as a dashboard can. */
export class Client {
  readonly #socket: Socket
  readonly #protocol: Protocol
  readonly #frames: Frames
  #upgrade: string | null = ''
  #why = 'the connection was closed'

  constructor(door: Door, name: string, { ready, delivered, closed }: ClientEvents) {
    const socket = connect({
      host: '127.0.0.1',
      port: door.port,
      noDelay: true,
      onread: { buffer: chunk, callback: (length) => this.#read(length) },
    })
    this.#socket = socket
    const dashboard: Dashboard = {
      send: (bytes) => void (socket.writable && socket.write(bytes)),
      ready,
      delivered,
      refused: (why) => {
        this.#why = why
        socket.destroy()
      },
    }
    this.#protocol = speak(door, name, dashboard)
    this.#frames = new Frames(this.#protocol)
    socket.once('connect', () => socket.write(upgradeRequest(door)))
    socket.on('error', (error) => (this.#why = error.message))
    socket.once('close', () => closed(this.#why))
  }

  /** All that has come, in bytes. */
  get received(): number {
    return this.#socket.bytesRead
  }

  /** Never reads again. */
  freeze() {
    this.#socket.pause()
  }

  /** A reset, so that ports are free again at once. */
  drop() {
    this.#socket.resetAndDestroy()
  }

  #read(length: number): boolean {
    const from = this.#upgrade === null ? 0 : this.#readUpgrade(length)
    this.#frames.take(chunk, from, length)
    this.#protocol.flush()
    return true
  }

  /** How much of the chunk belongs to the HTTP answer. */
  #readUpgrade(length: number): number {
    const before = this.#upgrade?.length ?? 0
    const text = this.#upgrade + chunk.toString('latin1', 0, length)
    const end = text.indexOf('\r\n\r\n')
    this.#upgrade = text
    if (end < 0) return length
    this.#upgrade = null
    if (text.startsWith('HTTP/1.1 101')) this.#protocol.opened()
    else {
      this.#why = text.slice(0, text.indexOf('\r\n'))
      this.#socket.destroy()
    }
    return end + 4 - before
  }
}

function upgradeRequest(door: Door): string {
  const protocol = subprotocol(door)
  const lines = [
    `GET ${door.path} HTTP/1.1`,
    `Host: 127.0.0.1:${door.port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
