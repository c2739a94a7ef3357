import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'

/**
 * Lets a stream be left unread for some milliseconds; more of them, asked for meanwhile, count from then on. What comes
 * in stays with its sender. Aedes reads by `read()` whenever something is "readable", which is all this relies on:
 * its own `client.pause()` forgets the packets that are done meanwhile, and never reads again.
 */
export function pausable(stream: Duplex, clock: Clock): (ms: number) => void {
  const { read } = stream
  let until = 0
  let paused = false

  // The stream itself asks for 0 bytes, to be filled.
  stream.read = (size?: number) => (paused && size !== 0 ? null : Reflect.apply(read, stream, [size]))

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
