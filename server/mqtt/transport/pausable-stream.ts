import type { Duplex } from 'node:stream'
import type { Clock } from '../../lib/clock.ts'

/**
 * Lets a stream be left unread for some milliseconds; more of them, asked for meanwhile, count from then on. What comes
 * in stays with its sender. Aedes reads by `read()` whenever something is "readable", which is all this relies on:
 * its own `client.pause()` forgets the packets that are done meanwhile, and never reads again.
 */
export function makePausable(stream: Duplex, clock: Clock): (ms: number) => void {
  const { read } = stream
  let until = 0
  let paused = false

  /**
   * All that is buffered. Aedes calls `read()` once for each "readable" and waits for the next one. Up to Node 25 that
   * call returned the whole buffer; Node 26 returns one chunk, and a packet split over two chunks would never be complete.
   */
  function readAll(): unknown {
    const first: unknown = Reflect.apply(read, stream, [])
    if (!Buffer.isBuffer(first) || stream.readableLength === 0) return first
    const chunks = [first]
    while (stream.readableLength > 0) chunks.push(Reflect.apply(read, stream, []))
    return Buffer.concat(chunks)
  }

  // The stream itself asks for 0 bytes, to be filled.
  stream.read = (size?: number) => {
    if (size === 0) return Reflect.apply(read, stream, [0])
    return paused ? null : readAll()
  }

  function goOn() {
    const left = until - clock.now()
    if (left > 0) return void clock.after(left, goOn)
    paused = false
    stream.emit('readable')
  }

  return (ms) => {
    until = Math.max(until, clock.now() + ms)
    if (paused) return
    paused = true
    clock.after(ms, goOn)
  }
}
