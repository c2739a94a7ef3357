import { generate } from 'mqtt-packet'
import { frameHeader } from '../transport/websocket-frame.ts'

/** The transport of a control packet: plain over TCP, in its own frame over WebSocket (MQTT-6.0.0-2). */
export type Carrier = 'tcp' | 'websocket'

/**
 * Encodes a publication for existing subscriptions, so without the retain flag (MQTT-3.3.1-9). `qos`: of the delivery.
 * `messageId`: its packet id at QoS 1, the same for all receivers, so that they share the bytes.
 */
export function encodePublication(
  topic: string,
  payload: Buffer,
  qos: 0 | 1,
  carrier: Carrier,
  messageId: number,
): Buffer {
  const id = qos === 1 ? { messageId } : {}
  const packet = generate({ cmd: 'publish', topic, payload, qos, retain: false, dup: false, ...id })
  return carrier === 'websocket' ? Buffer.concat([frameHeader(packet.length), packet]) : packet
}

/** Packets that leave in one write. Receivers of the same packets share it. */
export class Batch {
  readonly #before: Batch | null
  readonly #last: Buffer
  readonly #followedBy = new Map<Buffer, Batch>()
  #joined: Buffer | null = null

  constructor(before: Batch | null, last: Buffer) {
    this.#before = before
    this.#last = last
  }

  /** The same and one more packet. */
  and(next: Buffer): Batch {
    const found = this.#followedBy.get(next) ?? new Batch(this, next)
    this.#followedBy.set(next, found)
    return found
  }

  /** All its packets. */
  get bytes(): Buffer {
    return (this.#joined ??= this.#before ? Buffer.concat(this.#packets()) : this.#last)
  }

  #packets(): Buffer[] {
    const all = [this.#last]
    for (let batch = this.#before; batch; batch = batch.#before) all.push(batch.#last)
    return all.reverse()
  }
}
