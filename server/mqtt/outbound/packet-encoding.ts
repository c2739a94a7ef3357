import { generate } from 'mqtt-packet'
import { frameHeader } from '../transport/websocket-frame.ts'

/** Encoded PUBLISH packets. Receivers share the buffer: each one's packet ids are written into it before its write. */
export interface Bytes {
  whole: Buffer
  /** Offsets of the packet ids, two bytes each. */
  readonly idOffsets: readonly number[]
}

/** The transport of a control packet: plain over TCP, in its own frame over WebSocket (MQTT-6.0.0-2). */
export type Carrier = 'tcp' | 'websocket'

/** Encodes a publication for existing subscriptions, so without the retain flag (MQTT-3.3.1-9). `qos`: of the delivery. */
export function encodePublication(topic: string, payload: Buffer, qos: 0 | 1, carrier: Carrier): Bytes {
  const id = qos === 1 ? { messageId: 1 } : {}
  const packet = generate({ cmd: 'publish', topic, payload, qos, retain: false, dup: false, ...id })
  const header = carrier === 'websocket' ? frameHeader(packet.length) : Buffer.alloc(0)
  const whole = Buffer.concat([header, packet])
  // MQTT-3.3.2: the packet id is between the topic and the payload.
  return { whole, idOffsets: qos === 1 ? [whole.length - payload.length - 2] : [] }
}

/** Packets that leave in one write. Receivers of the same packets share it. */
export class Batch {
  readonly #before: Batch | null
  readonly #last: Bytes
  readonly #followedBy = new Map<Bytes, Batch>()
  #joined: Bytes | null = null

  constructor(before: Batch | null, last: Bytes) {
    this.#before = before
    this.#last = last
  }

  /** The same and one more packet. */
  and(next: Bytes): Batch {
    const found = this.#followedBy.get(next) ?? new Batch(this, next)
    this.#followedBy.set(next, found)
    return found
  }

  /** All its packets. */
  get bytes(): Bytes {
    return (this.#joined ??= this.#before ? join(this.#packets()) : this.#last)
  }

  #packets(): Bytes[] {
    const all = [this.#last]
    for (let batch = this.#before; batch; batch = batch.#before) all.push(batch.#last)
    return all.reverse()
  }
}

function join(all: readonly Bytes[]): Bytes {
  const idOffsets: number[] = []
  let length = 0
  for (const one of all) {
    for (const id of one.idOffsets) idOffsets.push(length + id)
    length += one.whole.length
  }
  return { whole: Buffer.concat(all.map(({ whole }) => whole)), idOffsets }
}
