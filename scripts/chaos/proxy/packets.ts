import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within, type Mood } from '../config.ts'
import type { Tally } from '../counters.ts'
import { createLine } from './delayed-queue.ts'

export interface TamperingOptions {
  /** Towards the server nothing is reordered: one client's commands come in their order (MQTT-4.6.0). */
  towards: 'server' | 'client'
  random: Random
  mood: Mood
  tally: Pick<Tally, 'duplicated' | 'reordered' | 'delayed'>
  deliver(bytes: Buffer): void
  onPacket?(packet: Packet): void
  onBroken(): void
}

/**
 * One direction of an MQTT connection. Bytes cannot be reordered without breaking the stream, so packets are: a PUBLISH
 * may come twice, late, or behind later ones; everything else keeps its order and only takes its time.
 */
export function createTampering({ towards, random, mood, tally, deliver, onPacket, onBroken }: TamperingOptions) {
  const { mqtt } = config
  const held = new Map<NodeJS.Timeout, () => void>()
  const line = createLine<Buffer>(deliver, () => {
    if (!mood.mild || !random.chance(mqtt.delay)) return 0
    tally.delayed++
    return within(random, mqtt.delayFor)
  })

  function later(milliseconds: number, packet: Packet) {
    const send = () => {
      held.delete(timer)
      line.push(generate(packet))
    }
    const timer = setTimeout(send, milliseconds)
    held.set(timer, send)
  }

  function publish(packet: IPublishPacket) {
    const again = { ...packet, dup: packet.qos > 0 }
    if (towards === 'server') {
      line.push(generate(packet))
      if (packet.qos === 0 || !random.chance(mqtt.duplicateCommand)) return
      tally.duplicated++
      return line.push(generate(again))
    }
    if (random.chance(mqtt.heldBack)) {
      tally.reordered++
      return later(within(random, mqtt.heldBackFor), packet)
    }
    line.push(generate(packet))
    if (!random.chance(mqtt.duplicate)) return
    tally.duplicated++
    later(within(random, mqtt.duplicateAfter), again)
  }

  const incoming = parser({ protocolVersion: 4 })
  incoming.on('error', onBroken)
  incoming.on('packet', (packet) => {
    onPacket?.(packet)
    if (packet.cmd === 'publish' && mood.mild) publish(packet)
    else line.push(generate(packet))
  })

  return {
    take: (bytes: Buffer) => void incoming.parse(bytes),
    /** Lets go of everything that is held back. */
    release() {
      for (const [timer, send] of held) {
        clearTimeout(timer)
        send()
      }
    },
    end() {
      for (const timer of held.keys()) clearTimeout(timer)
      held.clear()
      line.end()
    },
  }
}
