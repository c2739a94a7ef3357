import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { limits } from '../limits.ts'
import { isBetweenMessages, receiverOf, takeOverData, type FrameReceiver } from './aedes-internals.ts'
import { frameHeader } from './websocket-frame.ts'

/** From the end of the stream to the end of its socket, for the other side to say goodbye. Milliseconds. */
const closeWithin = 1_000

/**
 * A WebSocket as a stream of bytes. Writes of one tick leave as one frame, written to the underlying socket, whose buffer
 * is the only one; unread bytes apply backpressure to the sender. websocket-stream's own stream sends a frame per few
 * bytes, reads without limit, and cannot report how much is buffered.
 *
 * A frame may carry any number of packets, whole or not (MQTT-6.0.0-2), so its bytes are passed on in small pieces: Aedes
 * reads all there is. Before `admit` a client may send no more than one packet's length.
 */
export class WebSocketDuplex extends Duplex {
  readonly #socket: WebSocket
  readonly #receiver: FrameReceiver
  /** The underlying socket. */
  readonly raw: Duplex
  #unread: Buffer[] = []
  /** Called with each chunk before it is parsed; true when the chunk needs no further handling. */
  shortcut: (chunk: Buffer) => boolean = () => false
  /** Called when `raw` may hold more than it should. */
  onWritten = () => {}
  /** What the fan-out knows of this stream; `open` becomes false when no frame may be written to `raw` any more. */
  fanOutReceiver: { open: boolean } | null = null
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
      if (this.shortcut(chunk)) return
      Reflect.apply(read, raw, [chunk])
      // The chunk had the other side's close frame, which ws has answered.
      if (socket.readyState !== socket.OPEN) this.#noteClosing()
    })
    socket.on('message', (data, isBinary) => {
      // MQTT-6.0.0-1: control packets are sent in binary frames only.
      if (!isBinary) return void this.destroy()
      this.#unread.push(bytes(data))
      if (this.#unread.length === 1) this.#passOn()
    })
    socket.on('close', () => this.destroy())
    socket.on('error', (error) => this.destroy(error))
  }

  /** Holds back writes until `admit`, so that CONNACK and SUBACK leave in one segment. */
  hold() {
    this.raw.cork()
  }

  /** Lifts the limit on bytes before authentication. */
  admit() {
    this.#admitted = true
    // Aedes subscribes in the next event-loop turn and writes SUBACK in the one after.
    setImmediate(() => setImmediate(() => this.raw.uncork()))
  }

  #passOn() {
    for (;;) {
      const [frame] = this.#unread
      if (!frame) {
        // A new array: an emptied one retains its capacity, per connection.
        this.#unread = []
        return this.#socket.resume()
      }
      const rest = frame.subarray(limits.readAtOnce)
      if (rest.length > 0) this.#unread[0] = rest
      else this.#unread.shift()
      if (!this.push(frame.subarray(0, limits.readAtOnce))) return this.#socket.pause()
    }
  }

  /** Whether no partial frame is buffered and every frame has been read. */
  isBetweenFrames(): boolean {
    return isBetweenMessages(this.#receiver) && this.#unread.length === 0 && this.readableLength === 0
  }

  override _read() {
    // In the next tick: a stream refilled during a read would return a long frame in one piece (pausable-stream.ts).
    process.nextTick(() => this.#passOn())
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

  /** Always true, so that Aedes never waits; slow-consumers.ts checks the buffer by `onWritten`. */
  override write(...args: unknown[]): boolean {
    Reflect.apply(super.write, this, args)
    return true
  }

  #send(chunks: readonly Buffer[], done: () => void) {
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    if (this.isOpen()) this.raw.write(Buffer.concat([frameHeader(length), ...chunks]))
    this.onWritten()
    done()
  }

  /** Whether complete frames may be written to `raw`, with `onWritten` after a write that returns false. */
  isOpen(): boolean {
    if (this.#socket.readyState === this.#socket.OPEN) return true
    // The other side has sent a close frame, and may never close the connection.
    this.destroy()
    return false
  }

  /** Either side has sent its close frame, or is about to. */
  #noteClosing() {
    if (this.fanOutReceiver) this.fanOutReceiver.open = false
  }

  override _final(done: () => void) {
    this.#noteClosing()
    this.#socket.close()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void) {
    const socket = this.#socket
    this.#noteClosing()
    // Sends what `hold` holds back: a CONNACK that refuses the client.
    this.raw.uncork()
    // A client disconnected for an error or a full buffer is not read, and the close does not wait for it.
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

/** The socket that buffers a client's unsent bytes. */
export const socketOf = (stream: Duplex): Duplex => (stream instanceof WebSocketDuplex ? stream.raw : stream)

function bytes(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
