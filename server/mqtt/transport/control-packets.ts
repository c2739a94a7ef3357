import type { Client } from 'aedes'
import type { Packet } from 'mqtt-packet'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { ConnectCleanly } from './clean-connect.ts'
import { takeAcknowledgements } from './puback-fast-path.ts'
import { limits } from '../limits.ts'
import { TokenBucket } from '../../lib/token-bucket.ts'
import { parserOf, takeOverPackets } from './aedes-internals.ts'
import { PausableStream } from './pausable-stream.ts'

export interface ControlPacketsDependencies {
  clock: Clock
  log: Log
  /** Whether clients are throttled. */
  paced: boolean
  connectCleanly: ConnectCleanly
}

/**
 * Aedes handles every packet but a publication (hooks/publish.ts) at once: 64 kB of filters in one SUBSCRIBE, repeated by
 * one customer, blocked all clients for two seconds and more. So a packet may have no more filters than a client, and a
 * client that sends too many packets is throttled. Aedes has a hook per filter but none per packet, so this takes over
 * the parser's "packet" event.
 */
export function limitControlPackets(client: Client, { clock, log, paced, connectCleanly }: ControlPacketsDependencies) {
  const parser = parserOf(client)
  const pace = new TokenBucket(limits.controlPackets, clock)
  const input = new PausableStream(client.conn, clock)
  takeAcknowledgements(client, (count) => {
    if (!paced) return true
    if (input.paused) return false
    slowDown(input, pace.next(count))
    return true
  })

  const handle = takeOverPackets(parser)
  parser.on('packet', (packet: Packet) => {
    const filters = filtersOf(packet)
    if (filters > limits.subscriptions) {
      log.warn({ client: client.id, filters }, 'a client with too many filters in one packet was disconnected')
      return client.close()
    }
    const wait = paced && packet.cmd !== 'publish' ? pace.next(1 + filters * limits.filterCost) : 0
    slowDown(input, wait)
    if (packet.cmd === 'connect' && connectCleanly(client, packet)) return
    Reflect.apply(handle, parser, [packet])
  })
}

function slowDown(input: PausableStream, wait: number) {
  if (wait > 0) input.pause(wait)
}

function filtersOf(packet: Packet): number {
  if (packet.cmd === 'subscribe') return packet.subscriptions.length
  return packet.cmd === 'unsubscribe' ? packet.unsubscriptions.length : 0
}
