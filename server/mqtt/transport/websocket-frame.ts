/** The header of a whole binary message from a server, which masks nothing (RFC 6455, 5.2). */
export function frameHeader(length: number): Buffer {
  const finalBinary = 0x82
  if (length < 126) return Buffer.from([finalBinary, length])
  if (length < 65_536) return Buffer.from([finalBinary, 126, length >> 8, length & 0xff])
  const header = Buffer.alloc(10)
  header.writeUInt16BE((finalBinary << 8) | 127)
  header.writeBigUInt64BE(BigInt(length), 2)
  return header
}
