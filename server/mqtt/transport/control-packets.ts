import type { Client } from 'aedes'
import type { Packet } from 'mqtt-packet'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { takeAcknowledgements } from './puback-fast-path.ts'
import { limits } from '../limits.ts'
import { createTokenBucket } from '../../lib/token-bucket.ts'
import { parserOf, takeOverPackets } from './aedes-internals.ts'
import { makePausable } from './pausable-stream.ts'

export interface ControlPacketsDependencies {
  clock: Clock
  log: Log
  /** Whether a client that asks too much is slowed down. */
  paced: boolean
}

/**
 * Everything but a publication (hooks/publish.ts) Aedes does at once, as much as comes: 64 kB of filters in one
 * SUBSCRIBE, sent over and over by one customer, kept everybody waiting for two seconds and more. So a packet has no more
 * filters than a client may have, and who asks too often is read more slowly. Aedes has a hook for each filter but none
 * for a packet: this takes its parser's "packet" event, which is mqtt-packet's own, before Aedes does.
 */
export function limitControlPackets(client: Client, { clock, log, paced }: ControlPacketsDependencies) {
  const parser = parserOf(client)
  const pace = createTokenBucket(limits.controlPackets, clock)
  const pause = makePausable(client.conn, clock)
  let restsUntil = 0
  takeAcknowledgements(client, (count) => {
    if (!paced) return true
    if (clock.now() < restsUntil) return false
    slowDown(pace.next(count))
    return true
  })
  function slowDown(wait: number) {
    if (wait <= 0) return
    restsUntil = clock.now() + wait
    pause(wait)
  }

  const handle = takeOverPackets(parser)
  parser.on('packet', (packet: Packet) => {
    const filters = filtersOf(packet)
    if (filters > limits.subscriptions) {
      log.warn({ client: client.id, filters }, 'a client that named too many filters at once was cut off')
      return client.close()
    }
    const wait = paced && packet.cmd !== 'publish' ? pace.next(1 + filters * limits.filterCost) : 0
    slowDown(wait)
    handle(packet)
  })
}

function filtersOf(packet: Packet): number {
  if (packet.cmd === 'subscribe') return packet.subscriptions.length
  return packet.cmd === 'unsubscribe' ? packet.unsubscriptions.length : 0
}
