import { generate, parser, type Packet } from 'mqtt-packet'
import type { Random } from './numbers.ts'

/** Topics and filters: allowed for some role, forbidden for all, or invalid. */
export interface Inputs {
  topics: string[]
  payloads: string[]
}

/** The packets of one connection, in order. */
export interface Batch {
  bytes: Buffer
  packets: number
  /** Number of PINGREQs, including a final one. */
  pings: number
  /**
   * "answers": the server reads everything and sends as many PINGRESPs, unless it closes. "closes": the server must close
   * at the last packet. "waits": the server waits for the rest of an incomplete packet.
   */
  ending: 'answers' | 'closes' | 'waits'
}

/** Packets that only a server sends, or that are allowed once [MQTT-3.1.0-2], [MQTT-4.8.0-1]. */
const mustClose: readonly Packet['cmd'][] = [
  'connect',
  'connack',
  'suback',
  'unsuback',
  'pingresp',
  'disconnect',
  'auth',
]

const ping = generate({ cmd: 'pingreq' })

/**
 * Generates random packets: most are well-formed with random content, so that they reach the rules behind the parser;
 * the others are malformed.
 */
export function createFuzz(random: Random, { topics, payloads }: Inputs) {
  const { below, chance, pick, bytes } = random
  const id = () => (chance(0.8) ? 1 + below(20) : 1 + below(65_535))

  function topic(): string {
    const word = pick(topics)
    if (chance(0.7)) return word
    const at = below(word.length + 1)
    return (
      word.slice(0, at) + pick(['#', '+', '/', '\0', '$', '\u{10ffff}', ' ', 'x'.repeat(below(300))]) + word.slice(at)
    )
  }

  function payload(): Buffer | string {
    if (chance(0.6)) return pick(payloads)
    return bytes(chance(0.001) ? below(70_000) : below(120))
  }

  function wellFormed(): Buffer {
    const packet = pick<() => Packet>([
      () => ({
        cmd: 'publish',
        topic: topic() || 'x',
        payload: payload(),
        qos: pick([0, 1]),
        messageId: id(),
        retain: chance(0.1),
        dup: false,
      }),
      () => ({
        cmd: 'publish',
        topic: topic() || 'x',
        payload: payload(),
        qos: 2,
        messageId: id(),
        retain: false,
        dup: chance(0.3),
      }),
      () => ({
        cmd: 'subscribe',
        messageId: id(),
        subscriptions: Array.from({ length: 1 + below(4) }, () => ({ topic: topic() || '#', qos: pick([0, 1, 2]) })),
      }),
      () => ({
        cmd: 'unsubscribe',
        messageId: id(),
        unsubscriptions: Array.from({ length: 1 + below(3) }, () => topic() || '#'),
      }),
      () => ({ cmd: 'puback', messageId: id() }),
      () => ({ cmd: 'pubrec', messageId: id() }),
      () => ({ cmd: 'pubrel', messageId: id() }),
      () => ({ cmd: 'pubcomp', messageId: id() }),
      () => ({ cmd: 'pingreq' }),
    ])()
    return generate(packet)
  }

  function connect(credentials: string): Buffer {
    const version = pick([4, 4, 4, 3, 5] as const)
    return generate({
      cmd: 'connect',
      // The encoder refuses an empty client id for MQTT 3.1.
      clientId: version === 3 || chance(0.8) ? `fuzz-${below(50)}` : '',
      protocolId: chance(0.95) ? 'MQTT' : 'MQIsdp',
      protocolVersion: version,
      clean: true,
      keepalive: below(65_536),
      username: 'fuzz',
      password: Buffer.from(chance(0.3) ? credentials : 'wrong'),
      ...(chance(0.4)
        ? {
            will: {
              topic: topic() || 'x',
              payload: payload().slice(0, 65_535),
              qos: pick([0, 1, 2]),
              retain: chance(0.3),
            },
          }
        : {}),
    })
  }

  function flipped(packet: Buffer): Buffer {
    const changed = Buffer.from(packet)
    for (let n = 1 + below(3); n > 0; n--) {
      const at = below(changed.length)
      changed[at] = (changed[at] ?? 0) ^ (1 << below(8))
    }
    return changed
  }

  /** The body with a fixed header of this type and its correct length. */
  function framed(type: number, body: Buffer): Buffer {
    const length: number[] = []
    let rest = body.length
    do {
      length.push((rest % 128) | (rest > 127 ? 128 : 0))
      rest = Math.floor(rest / 128)
    } while (rest > 0)
    return Buffer.concat([Buffer.from([type, ...length]), body])
  }

  function broken(packet: Buffer): Buffer {
    const cut = packet.subarray(0, below(packet.length))
    return pick<() => Buffer>([
      () => flipped(packet),
      () => cut,
      () => framed(packet[0] ?? 0, packet.subarray(Math.min(2, packet.length), 2 + below(packet.length))),
      () => Buffer.concat([packet, cut]),
      () => Buffer.concat([Buffer.from([packet[0] ?? 0, ...bytes(1 + below(4))]), packet.subarray(2)]),
      () => bytes(1 + below(64)),
      () => framed(below(256), bytes(below(64))),
      () => Buffer.concat([packet.subarray(0, 2), bytes(Math.max(0, packet.length - 2))]),
    ])()
  }

  return {
    /** Generates the packets of one connection, after a valid CONNECT if `connected`. */
    batch({ connected, credentials, most }: { connected: boolean; credentials: string; most: number }): Batch {
      const parts: Buffer[] = []
      // Parses as the server does, to know where the server stops.
      const reader = parser()
      const read: Packet[] = []
      let failed = false
      reader.on('packet', (packet) => read.push(packet))
      reader.on('error', () => (failed = true))

      const add = (part: Buffer) => {
        parts.push(part)
        reader.parse(part)
      }
      const ended = () => {
        const first = connected ? 0 : 1
        return (
          failed ||
          (!connected && read.length > 0 && read[0]?.cmd !== 'connect') ||
          read.slice(first).some(({ cmd }) => mustClose.includes(cmd))
        )
      }
      if (!connected) {
        const first = chance(0.7) ? connect(credentials) : wellFormed()
        add(chance(0.6) ? broken(first) : first)
      }
      while (!ended() && parts.length < most) {
        const packet = chance(0.02) ? connect(credentials) : wellFormed()
        add(chance(0.1) ? broken(packet) : packet)
      }
      const packets = parts.length
      const before = read.length
      if (!ended()) add(ping)
      const pings = read.filter(({ cmd }) => cmd === 'pingreq').length
      const understood = read.length === before + 1 && read.at(-1)?.cmd === 'pingreq'
      const ending = ended() ? 'closes' : understood ? 'answers' : 'waits'
      return { bytes: Buffer.concat(parts), packets, pings, ending }
    },
  }
}
