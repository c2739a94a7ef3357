import { isIPv4, isIPv6, type Socket } from 'node:net'
import type { Clock } from '../lib/clock.ts'

// The PROXY protocol, by which a TCP proxy tells the address of its client. Sections are those of
// https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt

export interface ProxyHeader {
  /** The client's address. null: the proxy itself is the client (a health check), or the address is unknown. */
  address: string | null
  /** The length of the header in bytes. */
  length: number
}

/** 2.1: the longest line of version 1, with its CRLF. */
const longestLine = 107
/** 2.2: the first bytes of version 2. */
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const fixedLength = 16

/** Reads the header at the start of a connection; null while bytes are missing. Throws when there is no valid header. */
export function readProxyHeader(bytes: Buffer): ProxyHeader | null {
  const compared = Math.min(bytes.length, signature.length)
  const isBinary = bytes.subarray(0, compared).equals(signature.subarray(0, compared))
  return isBinary ? readBinary(bytes) : readLine(bytes)
}

/** Version 1, section 2.1: `PROXY TCP4 203.0.113.7 192.0.2.1 50000 1883`. */
function readLine(bytes: Buffer): ProxyHeader | null {
  const text = bytes.toString('latin1', 0, longestLine)
  if (!text.startsWith('PROXY '.slice(0, text.length))) throw new Error('it does not begin with a PROXY header')
  const end = text.indexOf('\r\n')
  if (end < 0) {
    if (bytes.length >= longestLine) throw new Error('the PROXY header is too long')
    return null
  }
  const [, family, address = '', ...rest] = text.slice(0, end).split(' ')
  const length = end + 2
  if (family === 'UNKNOWN') return { address: null, length }
  const isAddress = family === 'TCP4' ? isIPv4(address) : family === 'TCP6' && isIPv6(address)
  if (!isAddress || rest.length !== 3) throw new Error('the PROXY header is invalid')
  return { address, length }
}

/** Version 2, section 2.2: the signature, version and command, family and protocol, the length of what follows. */
function readBinary(bytes: Buffer): ProxyHeader | null {
  if (bytes.length < fixedLength) return null
  const [command = 0, family = 0] = bytes.subarray(12)
  if (command !== 0x20 && command !== 0x21) throw new Error('the PROXY header has an unknown version or command')
  const length = fixedLength + bytes.readUInt16BE(14)
  if (bytes.length < length) return null
  // LOCAL (a health check), UNSPEC, UDP and UNIX have no address that counts here.
  if (command === 0x20 || (family !== 0x11 && family !== 0x21)) return { address: null, length }
  const address = bytes.subarray(fixedLength, fixedLength + (family === 0x11 ? 4 : 16))
  const shortest = fixedLength + (family === 0x11 ? 12 : 36)
  if (length < shortest) throw new Error('the PROXY header is too short')
  return { address: family === 0x11 ? address.join('.') : ipv6(address), length }
}

/** An IPv4-mapped address as IPv4, as HAProxy sends it for IPv4 clients of an IPv6 socket. */
function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(2 * n).toString(16))
  return /^(0:){5}ffff:/.test(groups.join(':')) ? bytes.subarray(12).join('.') : groups.join(':')
}

/** How a connection of a proxy begins: `accept` gets the client's address, with the stream at the first byte after the header. */
export interface ProxiedConnection {
  clock: Pick<Clock, 'after'>
  /** In milliseconds. Section 2: the sender sends the header at once. */
  within: number
  accept: (address: string | undefined) => void
  /** The connection has no valid header and is closed. */
  refuse: (reason: string) => void
}

export function acceptProxied(socket: Socket, { clock, within, accept, refuse }: ProxiedConnection) {
  let received = Buffer.alloc(0)
  const cancel = clock.after(within, () => end('no PROXY header arrived in time'))
  socket.on('data', onData).on('error', onError).once('close', cancel)

  function stopReading() {
    cancel()
    socket.off('data', onData).off('close', cancel)
    socket.pause()
  }

  function end(reason: string) {
    stopReading()
    socket.destroy()
    refuse(reason)
  }

  function onData(chunk: Buffer) {
    received = Buffer.concat([received, chunk])
    let header: ProxyHeader | null
    try {
      header = readProxyHeader(received)
    } catch (error) {
      return end(error instanceof Error ? error.message : String(error))
    }
    if (!header) return
    stopReading()
    socket.off('error', onError)
    const rest = received.subarray(header.length)
    if (rest.length > 0) socket.unshift(rest)
    accept(header.address ?? socket.remoteAddress)
  }
}

/** A reset is followed by "close"; without a listener Node ends the process. */
function onError() {}
