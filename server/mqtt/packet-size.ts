import type { Client } from 'aedes'
import { BufferList } from 'bl'
import { limits } from './limits.ts'

interface Parser {
  packet: { length: number }
  _list: unknown
  _parseLength(): boolean
  _emitError(error: Error): void
}

/**
 * The length of a packet is announced before it comes, up to 256 MB (MQTT-2.2.3), and the parser waits for all of it:
 * four sockets took 860 MB. Here it is refused as soon as it is announced. The parser's inside is private
 * to mqtt-packet: this file alone touches it, its version is pinned, and proofs/oversized fails when it changes.
 */
export function limitPacketSize(client: Client) {
  const parser: unknown = Reflect.get(client, '_parser')
  if (!isParser(parser)) throw new Error('Aedes has changed: its parser is gone')
  // As it comes it is a stream besides, of which the parser uses nothing: a kilobyte for each of thousands.
  parser._list = new BufferList()
  const parseLength = parser._parseLength.bind(parser)
  parser._parseLength = () => {
    const known = parseLength()
    const limit = Reflect.get(client, 'connackSent') === true ? limits.packet : limits.packetBeforeConnack
    if (!known || parser.packet.length <= limit) return known
    parser._emitError(new Error(`a packet of ${parser.packet.length} bytes is too large`))
    return false
  }
}

function isParser(value: unknown): value is Parser {
  return typeof value === 'object' && value !== null && '_parseLength' in value && '_emitError' in value
}
