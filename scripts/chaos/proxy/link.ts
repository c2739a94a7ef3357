import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import type { ActiveFaults } from '../config.ts'
import type { Counters } from '../counters.ts'
import { createTampering } from './packets.ts'

/** One side of an MQTT connection through the proxy, over TCP or WebSocket. */
export interface Endpoint {
  send(bytes: Buffer): void
  onData(listen: (bytes: Buffer) => void): void
  onClosed(listen: () => void): void
  /** Resets the connection. */
  cut(): void
}

export interface LinkOptions {
  client: Endpoint
  server: Endpoint
  random: Random
  faults: ActiveFaults
  counters: Counters
  /** Called with the client id of the CONNECT; false refuses the connection. */
  onNamed(clientId: string): boolean
  /** A PUBLISH is in flight to the server. */
  onWrite(): void
  onClosed(): void
}

export type Link = ReturnType<typeof createLink>

/** An MQTT connection from a client to the server, packet by packet. */
export function createLink({ client, server, random, faults, counters, onNamed, onWrite, onClosed }: LinkOptions) {
  let closed = false
  let midPacket = false
  let severed = false

  function close() {
    if (closed) return
    closed = true
    up.end()
    down.end()
    client.cut()
    server.cut()
    onClosed()
  }

  const deliverTo = (end: Endpoint) => (bytes: Buffer) => {
    if (closed || severed) return
    if (!midPacket) return end.send(bytes)
    severed = true
    end.send(bytes.subarray(0, Math.ceil(bytes.length / 2)))
    // Close after the first half has been sent, and send nothing after it.
    setImmediate(close)
  }

  const shared = { random, faults, counters, onBroken: close }
  const up = createTampering({
    ...shared,
    towards: 'server',
    deliver: deliverTo(server),
    onPacket(packet) {
      if (packet.cmd === 'connect' && !onNamed(packet.clientId)) close()
      if (packet.cmd === 'publish') onWrite()
    },
  })
  const down = createTampering({ ...shared, towards: 'client', deliver: deliverTo(client) })
  client.onData(up.take)
  server.onData(down.take)
  client.onClosed(close)
  server.onClosed(close)

  return {
    cut: close,
    /** Cuts the connection in the middle of the next packet of either direction. */
    cutMidPacket: () => void (midPacket = true),
    release() {
      up.release()
      down.release()
    },
  }
}
