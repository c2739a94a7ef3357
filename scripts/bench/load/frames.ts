/** Receives a server's WebSocket messages, piece by piece. */
export interface MessageConsumer {
  /** The next bytes of the message: `chunk[from…to)`. Only valid during the call. */
  bytes(chunk: Buffer, from: number, to: number): void
  /** The message is complete. */
  end(): void
}

const longestHeader = 10
const control = 0x08

/**
 * Parses a server's unmasked WebSocket frames (RFC 6455, 5.2) without copying payloads. Skips control frames: no subject
 * sends WebSocket pings, and a close shows as the end of the socket.
 */
export class FrameReader {
  readonly #consumer: MessageConsumer
  readonly #header = new Uint8Array(longestHeader)
  #have = 0
  /** Bytes of the current frame that have not arrived. */
  #left = 0

  constructor(consumer: MessageConsumer) {
    this.#consumer = consumer
  }

  take(chunk: Buffer, from: number, to: number) {
    let at = from
    while (at < to) {
      if (this.#left === 0) {
        this.#header[this.#have++] = chunk[at++] ?? 0
        if (this.#have < this.#headerLength()) continue
        this.#left = this.#payloadLength()
        if (this.#left === 0) this.#frameEnds()
        continue
      }
      const upTo = Math.min(to, at + this.#left)
      if (!this.#isControl()) this.#consumer.bytes(chunk, at, upTo)
      this.#left -= upTo - at
      at = upTo
      if (this.#left === 0) this.#frameEnds()
    }
  }

  #frameEnds() {
    const final = ((this.#header[0] ?? 0) & 0x80) !== 0
    this.#have = 0
    if (final && !this.#isControl()) this.#consumer.end()
  }

  #isControl() {
    return ((this.#header[0] ?? 0) & control) !== 0
  }

  #headerLength(): number {
    if (this.#have < 2) return 2
    const length = (this.#header[1] ?? 0) & 0x7f
    return length < 126 ? 2 : length === 126 ? 4 : longestHeader
  }

  #payloadLength(): number {
    const short = (this.#header[1] ?? 0) & 0x7f
    if (short < 126) return short
    let length = 0
    for (let i = 2; i < this.#have; i++) length = length * 256 + (this.#header[i] ?? 0)
    return length
  }
}
