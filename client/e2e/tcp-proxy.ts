import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A TCP proxy between the browsers and the server. It can be switched off, and point to another server afterwards. */
export class TcpProxy {
  /** Port of the server. */
  port: number
  readonly #sockets = new Set<Socket>()
  #server: Server
  #listenPort = 0

  constructor(port: number) {
    this.port = port
    this.#server = this.#createServer()
  }

  /** Starts listening. Resolves to the URL of the proxy. */
  async open(): Promise<string> {
    this.#server.listen(this.#listenPort, '127.0.0.1')
    await once(this.#server, 'listening')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listening on TCP
    this.#listenPort = (this.#server.address() as AddressInfo).port
    return `http://127.0.0.1:${this.#listenPort}`
  }

  /** Closes all connections and refuses new ones. */
  async off(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async on(): Promise<void> {
    this.#server = this.#createServer()
    await this.open()
  }

  #createServer(): Server {
    return createServer((socket) => {
      const upstream = connect(this.port, '127.0.0.1')
      for (const [from, to] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        this.#sockets.add(from)
        from.on('error', () => {})
        from.on('close', () => {
          this.#sockets.delete(from)
          to.destroy()
        })
        from.pipe(to)
      }
    })
  }
}
