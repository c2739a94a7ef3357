import type { Client } from 'aedes'
import { parserOf } from './aedes-internals.ts'

/** MQTT 5, 3.2.2.2: reason code 0x84, "Unsupported Protocol Version", and no properties. */
const unsupported = Buffer.from([0x20, 3, 0, 0x84, 0])
/** MQTT-3.1.2-2: return code 1, "unacceptable protocol version". */
const unacceptable = Buffer.from([0x20, 2, 0, 1])

/**
 * Answers a CONNECT of another version than 3.1 and 3.1.1 in the shape of that version, and closes the connection. Aedes
 * answers MQTT 5 in the shape of 3.1.1, which its clients report as a broken connection.
 */
export function refuseVersion(client: Client, version: number) {
  client.conn.write(version < 5 ? unacceptable : unsupported, () => client.close())
}

/** Answers versions that the parser does not know; it closes the connection itself. */
export function answerUnknownVersions(client: Client) {
  const parser = parserOf(client)
  // Before the listener of Aedes, which destroys the socket.
  parser.prependListener('error', ({ message }: Error) => {
    const { protocolVersion } = parser.packet
    if (message === 'Invalid protocol version' && protocolVersion !== undefined) refuseVersion(client, protocolVersion)
  })
}
