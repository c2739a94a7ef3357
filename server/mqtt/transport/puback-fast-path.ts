import type { Client } from 'aedes'
import { resetKeepAlive } from './keep-alive.ts'
import { parserOf, type Parser } from './aedes-internals.ts'
import { WebSocketDuplex } from './websocket-duplex.ts'

/** A PUBACK in a frame of its own, as every client sends it: two bytes of header, the mask, the packet (RFC 6455, 5.2). */
const frameLength = 10
const header = 0x82_84
/** Type 4, no flags; two bytes follow (MQTT-3.4). */
const puback = 0x40_02

/**
 * Dashboards acknowledge every event, and in a clean session nothing is stored that a PUBACK could clear. Parsed by Aedes, a
 * PUBACK costs as much as the delivery: a frame, a message, two streams, a parser, a promise. So a chunk with only PUBACKs,
 * between packets and frames, is handled on arrival and resets the keep-alive timer (MQTT-3.1.2-24). `mayHandle` gets the number of PUBACKs.
 */
export function takeAcknowledgements(client: Client, mayHandle: (count: number) => boolean) {
  const { conn } = client
  if (!(conn instanceof WebSocketDuplex)) return
  const parser = parserOf(client)

  conn.shortcut = (chunk) => {
    if (!areAcknowledgements(chunk) || !client.connected || !client.clean) return false
    if (!conn.isBetweenFrames() || !isBetweenPackets(parser) || !mayHandle(chunk.length / frameLength)) return false
    resetKeepAlive(client)
    return true
  }
}

const isBetweenPackets = ({ _stateCounter, _list }: Parser): boolean => _stateCounter === 0 && _list.length === 0

export function areAcknowledgements(chunk: Buffer): boolean {
  if (chunk.length === 0 || chunk.length % frameLength !== 0) return false
  for (let at = 0; at < chunk.length; at += frameLength) {
    if (chunk.readUInt16BE(at) !== header) return false
    if ((chunk.readUInt16BE(at + 2) ^ chunk.readUInt16BE(at + 6)) !== puback) return false
  }
  return true
}
