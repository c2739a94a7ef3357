import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { limits } from './limits.ts'

/** From the end of the stream to the end of its socket, for the other side to say goodbye. Milliseconds. */
const closeWithin = 1_000

/**
 * A WebSocket as a stream of bytes: what is written in one go leaves as one frame, and what nobody reads stays with the
 * sender. websocket-stream's own stream makes a frame of every few bytes, reads without end, and cannot say how much is
 * waiting.
 *
 * A frame may carry any number of packets, whole or not (MQTT-6.0.0-2), so its bytes are handed on a little at a time:
 * Aedes takes all it can get. Who has not come in yet has no use for long ones: `admit` says that it has.
 */
export class WebSocketDuplex extends Duplex {
  readonly #socket: WebSocket
  readonly #unread: Buffer[] = []
  /** Takes off the limit to what a stranger may send. */
  readonly admit: () => void

  /** `raw` is what the WebSocket itself comes over. */
  constructor(socket: WebSocket, raw: Duplex) {
    super({ allowHalfOpen: false, readableHighWaterMark: limits.readAtOnce })
    this.#socket = socket
    let received = 0
    const count = (chunk: Buffer) => {
      received += chunk.length
      if (received > limits.packet) socket.terminate()
    }
    raw.on('data', count)
    this.admit = () => void raw.off('data', count)
    socket.on('message', (data, isBinary) => {
      // MQTT-6.0.0-1: control packets come in binary frames only.
      if (!isBinary) return void this.destroy()
      this.#unread.push(bytes(data))
      if (this.#unread.length === 1) this.#handOn()
    })
    socket.on('close', () => this.destroy())
    socket.on('error', (error) => this.destroy(error))
  }

  #handOn() {
    for (;;) {
      const [frame] = this.#unread
      if (!frame) return this.#socket.resume()
      const rest = frame.subarray(limits.readAtOnce)
      if (rest.length > 0) this.#unread[0] = rest
      else this.#unread.shift()
      if (!this.push(frame.subarray(0, limits.readAtOnce))) return this.#socket.pause()
    }
  }

  override _read() {
    this.#handOn()
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
