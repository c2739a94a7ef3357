import { parser, type Packet } from 'mqtt-packet'
import type { Running } from '../../app.ts'
import { connectPacket, publishPacket, subscribePacket } from './packets.ts'
import { openWire, type Via, type Wire } from './wire.ts'

/** Whoever may connect: a person, or a device of theirs. */
export interface Bearer {
  token: string
}

/** The packets that come in on a wire, one by one. */
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

/** A client that has come in and from now on says only what it is told to: no ping, nothing. Rejects when it is refused. */
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

/** A subscriber that reads what it is granted and then nothing any more. */
export async function frozenSubscriber(app: Running, via: Via, bearer: Bearer, filters: string[]): Promise<Wire> {
  const wire = await quietClient(app, via, bearer)
  const subscribed = arrives(wire, 'suback')
  wire.send(subscribePacket(...filters))
  await subscribed
  wire.freeze()
  return wire
}

/** A publisher at QoS 1 that waits for nothing. `onAcknowledged` is told the payload. */
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
