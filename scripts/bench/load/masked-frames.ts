const text = 0x81
const binary = 0x82
/** Not zero, because some servers skip unmasking then. */
const mask = [0x37, 0xfa, 0x21, 0x3d] as const

/** A client frame around a payload of up to 65,535 bytes (RFC 6455, 5.3). */
export function maskedFrame(payload: Buffer | string): Buffer {
  const bytes = Buffer.from(payload)
  const long = bytes.length > 125
  const frame = Buffer.allocUnsafe((long ? 8 : 6) + bytes.length)
  frame[0] = typeof payload === 'string' ? text : binary
  frame[1] = 0x80 | (long ? 126 : bytes.length)
  if (long) frame.writeUInt16BE(bytes.length, 2)
  const head = long ? 8 : 6
  mask.forEach((byte, i) => (frame[head - 4 + i] = byte))
  bytes.forEach((byte, i) => (frame[head + i] = byte ^ (mask[i % 4] ?? 0)))
  return frame
}

/** A framed PUBACK with message id 0. */
const pubackFrame = maskedFrame(Buffer.from([0x40, 2, 0, 0]))

/** A framed PUBACK for each of these message ids, in one buffer. */
export function pubacks(ids: readonly number[]): Buffer {
  const { length } = pubackFrame
  const bytes = Buffer.allocUnsafe(length * ids.length)
  ids.forEach((id, n) => {
    const at = n * length
    pubackFrame.copy(bytes, at)
    bytes[at + length - 2] = (id >> 8) ^ mask[2]
    bytes[at + length - 1] = (id & 0xff) ^ mask[3]
  })
  return bytes
}
