import { generate } from 'mqtt-packet'
import { frameHeader } from '../transport/websocket-frame.ts'

/** A publication as it is sent, ready for any number of receivers, one after the other. */
export interface Bytes {
  whole: Buffer
  /** Where the packet ids of each receiver are written: two bytes each. */
  readonly ids: readonly number[]
}

/** How a control packet is carried: as it is over TCP, in a frame of its own over WebSocket (MQTT-6.0.0-2). */
export type Carrier = 'tcp' | 'websocket'

/** One publication to a live subscription, so without its retain flag (MQTT-3.3.1-9). `qos`: as it is delivered. */
export function encodePublication(topic: string, payload: Buffer, qos: 0 | 1, carrier: Carrier): Bytes {
  const id = qos === 1 ? { messageId: 1 } : {}
  const packet = generate({ cmd: 'publish', topic, payload, qos, retain: false, dup: false, ...id })
  const header = carrier === 'websocket' ? frameHeader(packet.length) : Buffer.alloc(0)
  const whole = Buffer.concat([header, packet])
  // MQTT-3.3.2: the id comes between the topic and the payload.
  return { whole, ids: qos === 1 ? [whole.length - payload.length - 2] : [] }
}

/** Several, one after the other. */
export function join(all: readonly Bytes[]): Bytes {
  const [first] = all
  if (first && all.length === 1) return first
  const ids: number[] = []
  let length = 0
  for (const one of all) {
    for (const id of one.ids) ids.push(length + id)
    length += one.whole.length
  }
  return { whole: Buffer.concat(all.map(({ whole }) => whole)), ids }
}
