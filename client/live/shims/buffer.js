const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The part of Node's Buffer that mqtt.js and mqtt-packet use. All texts of MQTT are UTF-8. */
export class Buffer extends Uint8Array {
  static from(value) {
    if (value instanceof ArrayBuffer) return new Buffer(value)
    const bytes = typeof value === 'string' ? encoder.encode(value) : value
    const copy = new Buffer(bytes.length)
    copy.set(bytes)
    return copy
  }

  static alloc = (length) => new Buffer(length)
  static allocUnsafe = Buffer.alloc
  static isBuffer = (value) => value instanceof Buffer
  static byteLength = (value) => (typeof value === 'string' ? encoder.encode(value).length : value.length)

  static concat(chunks) {
    const all = new Buffer(chunks.reduce((sum, { length }) => sum + length, 0))
    let position = 0
    for (const chunk of chunks) {
      all.set(chunk, position)
      position += chunk.length
    }
    return all
  }

  /** A view, as in Node, and no copy. */
  slice(start, end) {
    return this.subarray(start, end)
  }

  copy(target, position = 0) {
    target.set(this, position)
    return this.length
  }

  write(text, position = 0) {
    return Buffer.from(text).copy(this, position)
  }

  toString(_encoding, start, end) {
    return decoder.decode(this.subarray(start, end))
  }

  writeUInt8(value, position) {
    this[position] = value
  }
}
