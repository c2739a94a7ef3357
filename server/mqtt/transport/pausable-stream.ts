import type { Duplex } from 'node:stream'
import type { Clock } from '../../lib/clock.ts'

/**
 * Replaces a stream's `read` so that reading can be paused. Unread bytes stay with the sender. It relies on Aedes calling
 * `read()` on each "readable" only. Aedes' own `client.pause()` loses count of the packets that finish meanwhile, and never
 * reads again.
 */
export class PausableStream {
  readonly #stream: Duplex
  readonly #read: Duplex['read']
  readonly #clock: Clock
  #until = 0
  #paused = false

  constructor(stream: Duplex, clock: Clock) {
    this.#stream = stream
    this.#read = stream.read
    this.#clock = clock
    // Node's stream calls `read(0)` itself, to fill its buffer.
    stream.read = (size?: number) => {
      if (size === 0) return this.#readOriginal(0)
      return this.#paused ? null : this.#readAll()
    }
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Pauses reading for some milliseconds, counted from this call. */
  pause(ms: number) {
    this.#until = Math.max(this.#until, this.#clock.monotonic() + ms)
    if (this.#paused) return
    this.#paused = true
    this.#resumeAfter(ms)
  }

  #resumeAfter(ms: number) {
    this.#clock.after(ms, () => {
      const left = this.#until - this.#clock.monotonic()
      if (left > 0) return this.#resumeAfter(left)
      this.#paused = false
      this.#stream.emit('readable')
    })
  }

  /**
   * Returns all buffered bytes. Aedes calls `read()` once for each "readable". Up to Node 25 that call returns the whole
   * buffer; Node 26 returns one chunk, and a packet split over two chunks would never be complete.
   */
  #readAll(): Buffer | null {
    const first = this.#readOriginal()
    if (!first || this.#stream.readableLength === 0) return first
    const chunks = [first]
    for (let next = this.#readOriginal(); next; next = this.#readOriginal()) chunks.push(next)
    return Buffer.concat(chunks)
  }

  #readOriginal(...size: number[]): Buffer | null {
    const chunk: unknown = Reflect.apply(this.#read, this.#stream, size)
    return Buffer.isBuffer(chunk) ? chunk : null
  }
}
