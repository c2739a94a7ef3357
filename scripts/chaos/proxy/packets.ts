import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'
import { topics } from '#shared/topics.ts'
import { systemClock, type Clock } from '../../../server/lib/clock.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within, type ActiveFaults } from '../config.ts'
import type { Counters } from '../counters.ts'
import { createDelayedQueue } from './delayed-queue.ts'

export interface TamperingOptions {
  /** Packets towards the server are not reordered: a client's messages arrive in order [MQTT-4.6.0]. */
  towards: 'server' | 'client'
  random: Random
  clock?: Clock
  faults: ActiveFaults
  counters: Pick<Counters, 'duplicated' | 'reordered' | 'delayed'>
  deliver(bytes: Buffer): void
  onPacket?(packet: Packet): void
  onBroken(): void
}

/**
 * Tampers with one direction of an MQTT connection, packet by packet so that the stream stays valid: a PUBLISH may be
 * duplicated, delayed or reordered; other packets are only delayed.
 */
export function createTampering({
  towards,
  random,
  clock = systemClock,
  faults,
  counters,
  deliver,
  onPacket,
  onBroken,
}: TamperingOptions) {
  const { mqtt } = config
  /** Packets that are held back: cancels the timer → sends the packet. */
  const held = new Map<() => void, () => void>()
  const queue = createDelayedQueue<Buffer>(clock, deliver, () => {
    if (!faults.reordering || !random.chance(mqtt.delay)) return 0
    counters.delayed++
    return within(random, mqtt.delayFor)
  })

  function later(milliseconds: number, packet: Packet) {
    const send = () => {
      held.delete(cancel)
      queue.push(generate(packet))
    }
    const cancel = clock.after(milliseconds, send)
    held.set(cancel, send)
  }

  function publish(packet: IPublishPacket) {
    const duplicate = { ...packet, dup: packet.qos > 0 }
    // Pages and devices rely on the order within this topic [MQTT-4.6.0-6], as its payload has no version.
    if (packet.topic === topics.services) return queue.push(generate(packet))
    if (towards === 'server') {
      queue.push(generate(packet))
      if (packet.qos === 0 || !random.chance(mqtt.duplicateCommand)) return
      counters.duplicated++
      return queue.push(generate(duplicate))
    }
    if (random.chance(mqtt.heldBack)) {
      counters.reordered++
      return later(within(random, mqtt.heldBackFor), packet)
    }
    queue.push(generate(packet))
    if (!random.chance(mqtt.duplicate)) return
    counters.duplicated++
    later(within(random, mqtt.duplicateAfter), duplicate)
  }

  const incoming = parser({ protocolVersion: 4 })
  incoming.on('error', onBroken)
  incoming.on('packet', (packet) => {
    onPacket?.(packet)
    if (packet.cmd === 'publish' && faults.reordering) publish(packet)
    else queue.push(generate(packet))
  })

  return {
    take: (bytes: Buffer) => void incoming.parse(bytes),
    /** Sends all packets that are held back. */
    release() {
      for (const [cancel, send] of held) {
        cancel()
        send()
      }
    },
    end() {
      for (const cancel of held.keys()) cancel()
      held.clear()
      queue.end()
    },
  }
}
