import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** The network between the browsers and the server: it can be off, and lead to another server afterwards. */
export class Network {
  /** Where the server is. */
  port: number
  readonly #sockets = new Set<Socket>()
  #server: Server
  #at = 0

  constructor(port: number) {
    this.port = port
    this.#server = this.#listening()
  }

  /** Opens it; resolves to the address under which the server is reached. */
  async open(): Promise<string> {
    this.#server.listen(this.#at, '127.0.0.1')
    await once(this.#server, 'listening')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listening on TCP
    this.#at = (this.#server.address() as AddressInfo).port
    return `http://127.0.0.1:${this.#at}`
  }

  /** Every connection is gone and none can be made. */
  async off(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async on(): Promise<void> {
    this.#server = this.#listening()
    await this.open()
  }

  #listening(): Server {
    return createServer((socket) => {
      const beyond = connect(this.port, '127.0.0.1')
      for (const [one, other] of [
        [socket, beyond],
        [beyond, socket],
      ] as const) {
        this.#sockets.add(one)
        one.on('error', () => {})
        one.on('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
  }
}
