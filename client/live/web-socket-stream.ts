import { Buffer } from './shims/buffer.js'
import { EventEmitter } from './shims/events.ts'
import type { Writable } from './shims/readable-stream.ts'

/** The stream that mqtt.js writes packets to and pipes received bytes from, over the browser's WebSocket. */
export class WebSocketStream extends EventEmitter {
  #socket: WebSocket
  #unsent: (Uint8Array | string)[] = []
  #corked = 0
  #over = false

  constructor(url: string) {
    super()
    this.#socket = new WebSocket(url, ['mqtt'])
    this.#socket.binaryType = 'arraybuffer'
    this.#socket.addEventListener('open', () => this.#send())
    this.#socket.addEventListener('error', () => this.destroy(new Error('The WebSocket failed')))
    this.#socket.addEventListener('close', () => this.destroy())
  }

  pipe(target: Writable): void {
    this.#socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      if (!this.#over) target.write(Buffer.from(data))
    })
  }

  /** True: the browser keeps what it cannot send yet, and a page writes little. */
  write(chunk: Uint8Array | string): boolean {
    this.#unsent.push(chunk)
    this.#send()
    return true
  }

  /** mqtt-packet corks while it writes the parts of a packet, which then go out as one message. */
  cork(): void {
    this.#corked++
  }

  uncork(): void {
    this.#corked--
    this.#send()
  }

  end(done?: () => void): void {
    this.#corked = 0
    this.#send()
    this.destroy()
    done?.()
  }

  destroy(error?: Error): void {
    if (this.#over) return
    this.#over = true
    this.#socket.close()
    // Afterwards, as Node's streams do: mqtt.js listens after it has called this.
    queueMicrotask(() => {
      if (error) this.emit('error', error)
      this.emit('close')
    })
  }

  #send(): void {
    if (this.#corked > 0 || this.#unsent.length === 0 || this.#socket.readyState !== WebSocket.OPEN) return
    this.#socket.send(
      Buffer.concat(this.#unsent.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk))),
    )
    this.#unsent = []
  }
}
