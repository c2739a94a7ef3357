import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { limits } from '../limits.ts'
import { isBetweenMessages, receiverOf, takeOverData, type FrameReceiver } from './aedes-internals.ts'
import { frameHeader } from './websocket-frame.ts'

/** From the end of the stream to the end of its socket, for the other side to say goodbye. Milliseconds. */
const closeWithin = 1_000

/**
 * A WebSocket as a stream of bytes: what is written in one go leaves as one frame, straight to the socket it comes over,
 * where all waits that waits; and what nobody reads stays with the sender. websocket-stream's own stream makes a frame of
 * every few bytes, reads without end, and cannot say how much is waiting.
 *
 * A frame may carry any number of packets, whole or not (MQTT-6.0.0-2), so its bytes are handed on a little at a time:
 * Aedes takes all it can get. Who has not come in yet has no use for long ones: `admit` says that it has.
 */
export class WebSocketDuplex extends Duplex {
  readonly #socket: WebSocket
  readonly #receiver: FrameReceiver
  /** What the WebSocket itself comes over. */
  readonly raw: Duplex
  #unread: Buffer[] = []
  /** Asked for everything that comes in, before it is read: whether it is dealt with already. */
  shortcut: (chunk: Buffer) => boolean = () => false
  /** Called when something has been written, and may be waiting in `raw`. */
  onWritten = () => {}
  #received = 0
  #admitted = false

  constructor(socket: WebSocket, raw: Duplex) {
    super({ allowHalfOpen: false, readableHighWaterMark: limits.readAtOnce })
    this.#socket = socket
    this.#receiver = receiverOf(socket)
    this.raw = raw
    const read = takeOverData(raw)
    raw.on('data', (chunk: Buffer) => {
      if (!this.#admitted && (this.#received += chunk.length) > limits.packet) return socket.terminate()
      if (!this.shortcut(chunk)) read(chunk)
    })
    socket.on('message', (data, isBinary) => {
      // MQTT-6.0.0-1: control packets come in binary frames only.
      if (!isBinary) return void this.destroy()
      this.#unread.push(bytes(data))
      if (this.#unread.length === 1) this.#handOn()
    })
    socket.on('close', () => this.destroy())
    socket.on('error', (error) => this.destroy(error))
  }

  /** What is written from now on waits for `admit`, and for the answer to what came in one breath with CONNECT. */
  hold() {
    this.raw.cork()
  }

  /** Takes off the limit to what a stranger may send. */
  admit() {
    this.#admitted = true
    // Aedes subscribes in the next turn of the event loop, and in one more has answered.
    setImmediate(() => setImmediate(() => this.raw.uncork()))
  }

  #handOn() {
    for (;;) {
      const [frame] = this.#unread
      if (!frame) {
        // An array that has been filled once keeps its room, for each of thousands.
        this.#unread = []
        return this.#socket.resume()
      }
      const rest = frame.subarray(limits.readAtOnce)
      if (rest.length > 0) this.#unread[0] = rest
      else this.#unread.shift()
      if (!this.push(frame.subarray(0, limits.readAtOnce))) return this.#socket.pause()
    }
  }

  /** Nothing is half read, and nothing waits to be. */
  isBetweenFrames(): boolean {
    return isBetweenMessages(this.#receiver) && this.#unread.length === 0 && this.readableLength === 0
  }

  override _read() {
    // In the next tick: a stream that is refilled while it is read would hand over a long frame in one piece (reading.ts).
    process.nextTick(() => this.#handOn())
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.#send([chunk], done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void) {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  /** Nobody is to wait: what has piled up is what `onWritten` looks at. */
  override write(...args: unknown[]): boolean {
    Reflect.apply(super.write, this, args)
    return true
  }

  #send(chunks: readonly Buffer[], done: () => void) {
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    this.writeFrames(Buffer.concat([frameHeader(length), ...chunks]))
    done()
  }

  /** Bytes that are whole frames already. */
  writeFrames(frames: Buffer) {
    // The other side has said goodbye, and may never really go.
    if (this.#socket.readyState !== this.#socket.OPEN) return void this.destroy()
    this.raw.write(frames)
    this.onWritten()
  }

  override _final(done: () => void) {
    this.#socket.close()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void) {
    const socket = this.#socket
    // What was said is said, though nobody was admitted in the end.
    this.raw.uncork()
    // Whoever is thrown out is not read any further, nor waited for.
    if (error || this.raw.writableLength > 0) socket.terminate()
    else if (socket.readyState !== socket.CLOSED) {
      socket.resume()
      socket.close()
      const timer = setTimeout(() => socket.terminate(), closeWithin)
      socket.once('close', () => clearTimeout(timer))
    }
    done(error)
  }
}

/** What a client's bytes wait in, when they cannot leave at once. */
export const socketOf = (stream: Duplex): Duplex => (stream instanceof WebSocketDuplex ? stream.raw : stream)

function bytes(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
