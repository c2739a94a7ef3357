import type { Duplex } from 'node:stream'
import type { Clock } from '../../lib/clock.ts'

/**
 * Returns a function that pauses reading for some milliseconds, counted from the call. Unread bytes stay with the sender.
 * It relies on Aedes calling `read()` on each "readable" only. Aedes' own `client.pause()` loses count of the packets that
 * finish meanwhile, and never reads again.
 */
export function makePausable(stream: Duplex, clock: Clock): (ms: number) => void {
  const { read } = stream
  let until = 0
  let paused = false

  /**
   * Returns all buffered bytes. Aedes calls `read()` once for each "readable". Up to Node 25 that call returns the whole
   * buffer; Node 26 returns one chunk, and a packet split over two chunks would never be complete.
   */
  function readAll(): unknown {
    const first: unknown = Reflect.apply(read, stream, [])
    if (!Buffer.isBuffer(first) || stream.readableLength === 0) return first
    const chunks = [first]
    while (stream.readableLength > 0) chunks.push(Reflect.apply(read, stream, []))
    return Buffer.concat(chunks)
  }

  // Node's stream calls `read(0)` itself, to fill its buffer.
  stream.read = (size?: number) => {
    if (size === 0) return Reflect.apply(read, stream, [0])
    return paused ? null : readAll()
  }

  function resume() {
    const left = until - clock.monotonic()
    if (left > 0) return void clock.after(left, resume)
    paused = false
    stream.emit('readable')
  }

  return (ms) => {
    until = Math.max(until, clock.monotonic() + ms)
    if (paused) return
    paused = true
    clock.after(ms, resume)
  }
}
