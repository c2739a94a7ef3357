const { Buffer } = require('./buffer.js')

/** Replaces the package `bl`: the bytes that mqtt-packet has received and not yet read. CommonJS, as it is called itself. */
class BufferList {
  bytes = Buffer.alloc(0)

  get length() {
    return this.bytes.length
  }

  append(chunk) {
    this.bytes = this.length > 0 ? Buffer.concat([this.bytes, chunk]) : chunk
  }

  consume(count) {
    this.bytes = this.bytes.subarray(count)
  }

  slice(start, end) {
    return this.bytes.subarray(start, end)
  }

  toString(encoding, start, end) {
    return this.bytes.toString(encoding, start, end)
  }

  readUInt8(position) {
    return this.bytes[position]
  }

  readUInt16BE(position) {
    return this.bytes[position] * 0x100 + this.bytes[position + 1]
  }
}

module.exports = () => new BufferList()
