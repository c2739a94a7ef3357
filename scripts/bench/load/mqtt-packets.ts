/** Called at the end of each packet. `id`: the message id of a PUBLISH at QoS 1 or 2, else 0. `last`: its last byte. */
export type OnPacket = (type: number, id: number, last: number) => void

/** Packet types (MQTT-2.2.1). */
export const packetTypes = { connack: 2, publish: 3, suback: 9 } as const

type Field = 'type' | 'length' | 'topic length' | 'topic' | 'id' | 'rest'

/**
 * Reads packet types and message ids of MQTT 3.1.1, which is enough to count and acknowledge, and skips the rest. A
 * packet may span several WebSocket frames, and a frame several packets [MQTT-6.0.0-2].
 */
export class MqttPacketReader {
  readonly #onPacket: OnPacket
  #field: Field = 'type'
  #first = 0
  /** Bytes left of the packet, and of the current field. */
  #left = 0
  #fieldLeft = 0
  #shift = 0
  #value = 0
  #id = 0

  constructor(onPacket: OnPacket) {
    this.#onPacket = onPacket
  }

  take(chunk: Buffer, from: number, to: number) {
    let at = from
    while (at < to) {
      if (this.#field === 'topic' || this.#field === 'rest') {
        const length = Math.min(to - at, this.#fieldLeft)
        at += length
        this.#left -= length
        this.#fieldLeft -= length
        if (this.#left === 0) this.#done(chunk[at - 1] ?? 0)
        else if (this.#fieldLeft === 0) this.#enter('id')
      } else this.#takeByte(chunk[at++] ?? 0)
    }
  }

  #takeByte(byte: number) {
    if (this.#field === 'type') {
      this.#first = byte
      this.#left = this.#shift = this.#id = 0
      this.#field = 'length'
    } else if (this.#field === 'length') {
      this.#left |= (byte & 0x7f) << this.#shift
      this.#shift += 7
      if (byte & 0x80) return
      if (this.#left === 0) this.#done(0)
      else this.#enter(this.#first >> 4 === packetTypes.publish ? 'topic length' : 'rest')
    } else {
      this.#value = this.#value * 256 + byte
      this.#left--
      if (--this.#fieldLeft > 0) return
      if (this.#field === 'id') this.#id = this.#value
      if (this.#left === 0) this.#done(byte)
      else if (this.#field === 'id') this.#enter('rest')
      else this.#enter(this.#value > 0 ? 'topic' : 'id')
    }
  }

  #enter(field: 'topic length' | 'topic' | 'id' | 'rest') {
    const qos = (this.#first >> 1) & 3
    // A PUBLISH at QoS 0 has no message id [MQTT-2.3.1-5].
    const next = field === 'id' && qos === 0 ? 'rest' : field
    this.#fieldLeft = next === 'topic' ? this.#value : next === 'rest' ? this.#left : 2
    this.#value = 0
    this.#field = next
  }

  #done(last: number) {
    this.#field = 'type'
    this.#onPacket(this.#first >> 4, this.#id, last)
  }
}
