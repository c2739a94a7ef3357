import type { Duplex } from 'node:stream'
import { limits } from '../limits.ts'
import { socketOf, WebSocketDuplex } from './websocket-duplex.ts'

/**
 * Aedes waits for slow receivers: one frozen subscriber stops all deliveries after some 500 messages. So every write
 * reports success at once, and a receiver with more than `limits.bufferedBytes` unsent after an event-loop turn is
 * disconnected. It reads the current state when it reconnects.
 */
export function disconnectWhenSlow(stream: Duplex, onSlow: () => void) {
  const socket = socketOf(stream)
  let checking = false

  function written() {
    if (checking || socket.writableLength <= limits.bufferedBytes) return
    checking = true
    setImmediate(() => {
      checking = false
      if (stream.destroyed || socket.writableLength <= limits.bufferedBytes) return
      onSlow()
      stream.destroy()
    })
  }

  if (stream instanceof WebSocketDuplex) return void (stream.onWritten = written)
  const { write } = stream
  stream.write = (...args: unknown[]) => {
    Reflect.apply(write, stream, args)
    written()
    return true
  }
}
