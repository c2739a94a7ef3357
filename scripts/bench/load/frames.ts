/** What a server's WebSocket messages are handed to, piece by piece as they come. */
export interface MessageSink {
  /** The next bytes of the message: `chunk[from…to)`. Gone when this returns. */
  bytes(chunk: Buffer, from: number, to: number): void
  /** The message is whole. */
  end(): void
}

const longestHeader = 10
const control = 0x08

/**
 * Takes a server's WebSocket frames apart (RFC 6455, 5.2; a server does not mask) without copying what is in them. Pings,
 * pongs and closes are passed over: no contestant sends pings of WebSocket's own, and the end of a socket says itself.
 */
export class Frames {
  readonly #sink: MessageSink
  readonly #header = new Uint8Array(longestHeader)
  #have = 0
  /** Bytes of the frame at hand that are still to come. */
  #left = 0

  constructor(sink: MessageSink) {
    this.#sink = sink
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
      if (!this.#isControl()) this.#sink.bytes(chunk, at, upTo)
      this.#left -= upTo - at
      at = upTo
      if (this.#left === 0) this.#frameEnds()
    }
  }

  #frameEnds() {
    const final = ((this.#header[0] ?? 0) & 0x80) !== 0
    this.#have = 0
    if (final && !this.#isControl()) this.#sink.end()
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
