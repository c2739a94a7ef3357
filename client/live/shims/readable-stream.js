import { Buffer } from 'buffer'
import { Stream } from 'readable-stream/lib/internal/streams/legacy.js'

/** Only the four classes mqtt.js and mqtt-packet build on, without the operators, pipelines and promises around them. */
export { default as Duplex } from 'readable-stream/lib/internal/streams/duplex.js'
export { default as Readable } from 'readable-stream/lib/internal/streams/readable.js'
export { default as Transform } from 'readable-stream/lib/internal/streams/transform.js'
export { default as Writable } from 'readable-stream/lib/internal/streams/writable.js'

// The package's entry file sets these two on the base class; its streams call them.
Stream._isUint8Array = (value) => value instanceof Uint8Array
Stream._uint8ArrayToBuffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
