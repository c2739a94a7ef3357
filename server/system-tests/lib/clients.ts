import { parser, type Packet } from 'mqtt-packet'
import type { Running } from '../../app.ts'
import { connectPacket, publishPacket, subscribePacket } from './packets.ts'
import { openWire, type Via, type Wire } from './wire.ts'

/** The holder of a token: an account or a device. */
export interface Bearer {
  token: string
}

/** Parses the packets received on a connection. */
export function packetsOf(wire: Wire, listen: (packet: Packet) => void) {
  const incoming = parser()
  incoming.on('packet', listen)
  incoming.on('error', () => wire.destroy())
  wire.onData((bytes) => void incoming.parse(bytes))
}

/** Resolves when a packet of this kind arrives; rejects when the connection closes instead. */
function arrives(wire: Wire, cmd: Packet['cmd']): Promise<void> {
  return new Promise((resolve, reject) => {
    packetsOf(wire, (packet) => {
      if (packet.cmd === cmd && (packet.cmd !== 'connack' || packet.returnCode === 0)) resolve()
    })
    void wire.closed.then(() => reject(new Error(`closed before ${cmd}`)))
  })
}

/** A connected client that sends only what the test sends: no pings. Rejects if it is refused. */
export async function quietClient(
  app: Running,
  via: Via,
  { token }: Bearer,
  options: Parameters<typeof connectPacket>[0] = {},
): Promise<Wire> {
  const wire = await openWire(app, via)
  const connected = arrives(wire, 'connack')
  wire.send(connectPacket({ ...options, password: token }))
  await connected
  return wire
}

/** A subscriber that stops reading after the SUBACK. */
export async function frozenSubscriber(app: Running, via: Via, bearer: Bearer, filters: string[]): Promise<Wire> {
  const wire = await quietClient(app, via, bearer)
  const subscribed = arrives(wire, 'suback')
  wire.send(subscribePacket(...filters))
  await subscribed
  wire.freeze()
  return wire
}

/** A publisher at QoS 1 that does not wait for PUBACKs. `onAcknowledged` receives the payload. */
export async function publisher(app: Running, via: Via, bearer: Bearer, onAcknowledged = (_payload: string) => {}) {
  const wire = await quietClient(app, via, bearer)
  const open = new Map<number, string>()
  let sent = 0
  packetsOf(wire, ({ cmd, messageId = 0 }) => {
    if (cmd !== 'puback') return
    onAcknowledged(open.get(messageId) ?? '')
    open.delete(messageId)
  })
  return {
    publish(topic: string, payload: string) {
      const messageId = (sent++ % 65_535) + 1
      open.set(messageId, payload)
      wire.send(publishPacket(topic, payload, messageId))
    },
    sent: () => sent,
    end: () => wire.destroy(),
  }
}
