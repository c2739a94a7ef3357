import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import type { Mood } from '../config.ts'
import type { Tally } from '../counters.ts'
import { createTampering } from './packets.ts'

/** One side of an MQTT connection through the proxy, over TCP or WebSocket. */
export interface End {
  send(bytes: Buffer): void
  onData(listen: (bytes: Buffer) => void): void
  onClosed(listen: () => void): void
  /** Ends it at once, without a word. */
  cut(): void
}

export interface LinkOptions {
  client: End
  server: End
  random: Random
  mood: Mood
  tally: Tally
  /** Whose it is, as soon as it is known; false refuses it. */
  onNamed(clientId: string): boolean
  /** A publication is on its way to the server. */
  onWrite(): void
  onClosed(): void
}

export type Link = ReturnType<typeof createLink>

/** An MQTT connection from a client to the server, packet by packet. */
export function createLink({ client, server, random, mood, tally, onNamed, onWrite, onClosed }: LinkOptions) {
  let closed = false
  let halfWay = false
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

  const deliverTo = (end: End) => (bytes: Buffer) => {
    if (closed || severed) return
    if (!halfWay) return end.send(bytes)
    severed = true
    end.send(bytes.subarray(0, Math.ceil(bytes.length / 2)))
    // The half has to leave first, and nothing may follow it.
    setImmediate(close)
  }

  const shared = { random, mood, tally, onBroken: close }
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
    /** Ends it in the middle of the next packet, whichever way it goes. */
    cutHalfWay: () => void (halfWay = true),
    release() {
      up.release()
      down.release()
    },
  }
}
