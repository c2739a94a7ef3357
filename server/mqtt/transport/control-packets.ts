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
  /** Whether clients are throttled. */
  paced: boolean
}

/**
 * Aedes handles every packet but a publication (hooks/publish.ts) at once: 64 kB of filters in one SUBSCRIBE, repeated by
 * one customer, blocked all clients for two seconds and more. So a packet may have no more filters than a client, and a
 * client that sends too many packets is throttled. Aedes has a hook per filter but none per packet, so this takes over
 * the parser's "packet" event.
 */
export function limitControlPackets(client: Client, { clock, log, paced }: ControlPacketsDependencies) {
  const parser = parserOf(client)
  const pace = createTokenBucket(limits.controlPackets, clock)
  const pause = makePausable(client.conn, clock)
  let restsUntil = 0
  takeAcknowledgements(client, (count) => {
    if (!paced) return true
    if (clock.monotonic() < restsUntil) return false
    slowDown(pace.next(count))
    return true
  })
  function slowDown(wait: number) {
    if (wait <= 0) return
    restsUntil = clock.monotonic() + wait
    pause(wait)
  }

  const handle = takeOverPackets(parser)
  parser.on('packet', (packet: Packet) => {
    const filters = filtersOf(packet)
    if (filters > limits.subscriptions) {
      log.warn({ client: client.id, filters }, 'a client with too many filters in one packet was disconnected')
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
