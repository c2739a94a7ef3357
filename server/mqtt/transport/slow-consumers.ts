import type { Duplex } from 'node:stream'
import { limits } from '../limits.ts'
import { socketOf, WebSocketDuplex } from './websocket-duplex.ts'

/**
 * Aedes waits with everybody for the one who does not read: a frozen subscriber stops all after some 500 messages. So
 * nobody is waited for: a write always counts as done, and a receiver for whom too much has piled up is cut off (it
 * reads the current state when it returns). A burst of one moment may exceed the limit; what is left after the event
 * loop had a turn to send it may not.
 */
export function disconnectWhenSlow(stream: Duplex, onSlow: () => void) {
  const socket = socketOf(stream)
  let looking = false

  function look() {
    looking = false
    if (stream.destroyed || socket.writableLength <= limits.bufferedBytes) return
    onSlow()
    stream.destroy()
  }

  function written() {
    if (looking || socket.writableLength <= limits.bufferedBytes) return
    looking = true
    setImmediate(look)
  }

  if (stream instanceof WebSocketDuplex) return void (stream.onWritten = written)
  const { write } = stream
  stream.write = (...args: unknown[]) => {
    Reflect.apply(write, stream, args)
    written()
    return true
  }
}
