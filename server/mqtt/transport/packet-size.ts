import type { Client } from 'aedes'
import { limits } from '../limits.ts'
import { isConnackSent, parserOf } from './aedes-internals.ts'

/**
 * A packet's header announces its length, up to 256 MB (MQTT-2.2.3), and the parser buffers all of it: four sockets took
 * 860 MB. A packet that is too large is refused when its length is known.
 */
export function limitPacketSize(client: Client, onTooLarge: (bytes: number, limit: number) => void) {
  const parser = parserOf(client)
  const { _parseLength } = parser
  parser._parseLength = () => {
    const known = Reflect.apply(_parseLength, parser, [])
    const limit = isConnackSent(client) ? limits.packet : limits.packetBeforeConnack
    if (!known || parser.packet.length <= limit) return known
    onTooLarge(parser.packet.length, limit)
    parser._emitError(new Error(`a packet of ${parser.packet.length} bytes is too large`))
    return false
  }
}
