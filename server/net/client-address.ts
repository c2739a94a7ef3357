import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'
import proxyAddr from 'proxy-addr'

/** Finds the client's address behind the proxies that TRUST_PROXY names, as Express does for `request.ip`. */
export function createClientAddress(trustProxy: number | boolean | string): (request: IncomingMessage) => string {
  const trusted =
    typeof trustProxy === 'string'
      ? proxyAddr.compile(trustProxy.split(',').map((part) => part.trim()))
      : (_address: string, hop: number) => (typeof trustProxy === 'number' ? hop < trustProxy : trustProxy)
  return (request) => proxyAddr(request, trusted)
}

/** Whether an address is in `list`: addresses, ranges (10.0.0.0/8) and loopback, linklocal, uniquelocal. Throws if it is invalid. */
export function compileAddressList(list: string): (address: string | undefined) => boolean {
  const contains = proxyAddr.compile(list.split(',').map((part) => part.trim()))
  return (address) => address !== undefined && contains(address, 0)
}

export function isAddressList(list: string): boolean {
  try {
    compileAddressList(list)
    return true
  } catch {
    return false
  }
}

/**
 * The key that address limits count by: the IPv4 address, or the /64 network of an IPv6 address. A single customer is
 * assigned at least a whole /64 (RFC 6177), so limits by full IPv6 address could be evaded with 2^64 addresses.
 */
export function networkOf(address: string | undefined): string {
  if (!address) return 'unknown'
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('%', 1)[0]?.split('::') ?? []
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const [before, after] = [groups(head), groups(tail)]
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array.from({ length: Math.max(zeros, 0) }, () => '0'), ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** Loopback: 127.0.0.0/8, also as an IPv4-mapped IPv6 address, or ::1. */
export function isLoopbackAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
