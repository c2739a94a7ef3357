/** Told of each packet when its last byte has come. `id`: of a PUBLISH at QoS 1 and above, else 0. `last`: its last byte. */
export type OnPacket = (type: number, id: number, last: number) => void

/** Packet types (MQTT-2.2.1). */
export const packetTypes = { connack: 2, publish: 3, suback: 9 } as const

type Stage = 'type' | 'length' | 'topic length' | 'topic' | 'id' | 'rest'

/**
 * As much of MQTT 3.1.1 as it takes to count and acknowledge: which packet it is, and a PUBLISH's message id. Packets may
 * be split, or joined, as the server likes (MQTT-6.0.0-2). What they carry is skipped.
 */
export class MqttPackets {
  readonly #onPacket: OnPacket
  #stage: Stage = 'type'
  #first = 0
  /** Bytes of the packet that are still to come, and of the field at hand. */
  #left = 0
  #field = 0
  #shift = 0
  #value = 0
  #id = 0

  constructor(onPacket: OnPacket) {
    this.#onPacket = onPacket
  }

  take(chunk: Buffer, from: number, to: number) {
    let at = from
    while (at < to) {
      if (this.#stage === 'topic' || this.#stage === 'rest') {
        const length = Math.min(to - at, this.#field)
        at += length
        this.#left -= length
        this.#field -= length
        if (this.#left === 0) this.#done(chunk[at - 1] ?? 0)
        else if (this.#field === 0) this.#enter('id')
      } else this.#takeByte(chunk[at++] ?? 0)
    }
  }

  #takeByte(byte: number) {
    if (this.#stage === 'type') {
      this.#first = byte
      this.#left = this.#shift = this.#id = 0
      this.#stage = 'length'
    } else if (this.#stage === 'length') {
      this.#left |= (byte & 0x7f) << this.#shift
      this.#shift += 7
      if (byte & 0x80) return
      if (this.#left === 0) this.#done(0)
      else this.#enter(this.#first >> 4 === packetTypes.publish ? 'topic length' : 'rest')
    } else {
      this.#value = this.#value * 256 + byte
      this.#left--
      if (--this.#field > 0) return
      if (this.#stage === 'id') this.#id = this.#value
      if (this.#left === 0) this.#done(byte)
      else if (this.#stage === 'id') this.#enter('rest')
      else this.#enter(this.#value > 0 ? 'topic' : 'id')
    }
  }

  #enter(stage: 'topic length' | 'topic' | 'id' | 'rest') {
    const qos = (this.#first >> 1) & 3
    // MQTT-2.3.1-5: at QoS 0 there is no message id.
    const next = stage === 'id' && qos === 0 ? 'rest' : stage
    this.#field = next === 'topic' ? this.#value : next === 'rest' ? this.#left : 2
    this.#value = 0
    this.#stage = next
  }

  #done(last: number) {
    this.#stage = 'type'
    this.#onPacket(this.#first >> 4, this.#id, last)
  }
}
