import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'

/** From the end of the stream to the end of its socket, for the other side to say goodbye. Milliseconds. */
const closeWithin = 1_000

/**
 * A WebSocket as a stream of bytes: what is written in one go leaves as one frame, and what nobody reads stays with the
 * sender. websocket-stream's own stream makes a frame of every few bytes, reads without end, and cannot say how much is
 * waiting.
 */
export class WebSocketDuplex extends Duplex {
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    socket.on('message', (data, isBinary) => {
      // MQTT-6.0.0-1: control packets come in binary frames only.
      if (!isBinary) this.destroy()
      else if (!this.push(bytes(data))) socket.pause()
    })
    socket.on('close', () => this.destroy())
    socket.on('error', (error) => this.destroy(error))
  }

  override _read() {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.#socket.send(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void) {
    this.#socket.send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  override _final(done: () => void) {
    this.#socket.close()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void) {
    const socket = this.#socket
    // Whoever is thrown out is not read any further, nor waited for.
    if (error || this.writableLength > 0) socket.terminate()
    else if (socket.readyState !== socket.CLOSED) {
      socket.resume()
      socket.close()
      const timer = setTimeout(() => socket.terminate(), closeWithin)
      socket.once('close', () => clearTimeout(timer))
    }
    done(error)
  }
}

function bytes(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
