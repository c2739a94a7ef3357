import { generate } from 'mqtt-packet'
import type { MessageConsumer } from './frames.ts'
import { maskedFrame, pubacks } from './masked-frames.ts'
import { MqttPacketReader, packetTypes } from './mqtt-packets.ts'

/** How a dashboard connects to a subject: always a WebSocket on 127.0.0.1. */
export type Endpoint = { port: number; path: string } & (
  | { protocol: 'plain'; acknowledge: boolean }
  | { protocol: 'mqtt'; qos: 0 | 1; token: string | null; filters: string[] }
  | { protocol: 'socketio'; token: string }
)

/** What a protocol calls on its dashboard. */
export interface Dashboard {
  send(bytes: Buffer): void
  /** The dashboard is subscribed. */
  ready(): void
  /** An order was received. */
  delivered(): void
  refused(reason: string): void
}

export interface Protocol extends MessageConsumer {
  /** The WebSocket is open. */
  opened(): void
  /** The chunk is parsed: send the acknowledgements. */
  flush(): void
}

export const subprotocol = ({ protocol }: Endpoint) => (protocol === 'mqtt' ? 'mqtt' : null)

export function createProtocol(endpoint: Endpoint, name: string, dashboard: Dashboard): Protocol {
  switch (endpoint.protocol) {
    case 'plain':
      return plain(endpoint.acknowledge, dashboard)
    case 'mqtt':
      return mqtt(endpoint, name, dashboard)
    case 'socketio':
      return socketio(endpoint.token, dashboard)
  }
}

const smallAcknowledgement = maskedFrame(Buffer.from([0x40, 2, 0, 0]))

/** Plain WebSocket: every message is an order. An acknowledgement is as long as a PUBACK. */
function plain(acknowledge: boolean, dashboard: Dashboard): Protocol {
  let unacknowledged = 0
  return {
    opened: dashboard.ready,
    bytes() {},
    end() {
      if (acknowledge) unacknowledged++
      dashboard.delivered()
    },
    flush() {
      if (unacknowledged === 0) return
      dashboard.send(
        unacknowledged === 1
          ? smallAcknowledgement
          : Buffer.concat(Array.from({ length: unacknowledged }, () => smallAcknowledgement)),
      )
      unacknowledged = 0
    },
  }
}

function mqtt(endpoint: Endpoint & { protocol: 'mqtt' }, clientId: string, dashboard: Dashboard): Protocol {
  const { qos, token, filters } = endpoint
  const unacknowledged: number[] = []
  const packets = new MqttPacketReader((type, id, last) => {
    if (type === packetTypes.publish) {
      if (id) unacknowledged.push(id)
      dashboard.delivered()
    } else if (type === packetTypes.connack) {
      if (last !== 0) dashboard.refused(`CONNACK ${last}`)
    } else if (type === packetTypes.suback) {
      // 128 is a refusal [MQTT-3.9.3].
      if (last === qos) dashboard.ready()
      else dashboard.refused(`SUBACK ${last}`)
    }
  })
  return {
    opened() {
      const login = token === null ? {} : { username: 'bench', password: Buffer.from(token) }
      const packet = generate({ cmd: 'connect', clientId, clean: true, keepalive: 600, ...login })
      const subscriptions = filters.map((topic) => ({ topic, qos }))
      // CONNECT and SUBSCRIBE in one frame, as the client does (client/live/mqtt-connection.ts).
      dashboard.send(maskedFrame(Buffer.concat([packet, generate({ cmd: 'subscribe', messageId: 1, subscriptions })])))
    },
    bytes: (chunk, from, to) => packets.take(chunk, from, to),
    end() {},
    flush() {
      if (unacknowledged.length === 0) return
      dashboard.send(pubacks(unacknowledged))
      unacknowledged.length = 0
    },
  }
}

/** The prefix of Engine.IO 4 and Socket.IO 5: packet types and, optionally, an acknowledgement id, before the JSON. */
const prefix = /^(?:0|2|4(?:0|44?|2(\d*)\[))/
/** Longer than any prefix. */
const headLength = 24

/** Cache of the last acknowledgement frame: all dashboards acknowledge an order with the same bytes. */
let newest = { id: '', frame: maskedFrame('') }

function acknowledgement(id: string): Buffer {
  if (newest.id !== id) newest = { id, frame: maskedFrame(`43${id}[]`) }
  return newest.frame
}

/** Engine.IO protocol 4 with Socket.IO protocol 5, without HTTP long-polling. */
function socketio(token: string, dashboard: Dashboard): Protocol {
  const head = Buffer.alloc(headLength)
  let have = 0
  let unacknowledged: Buffer[] = []
  const send = (text: string) => dashboard.send(maskedFrame(text))
  return {
    opened() {},
    bytes(chunk, from, to) {
      if (have < headLength) have += chunk.copy(head, have, from, Math.min(to, from + headLength - have))
    },
    end() {
      const text = head.toString('latin1', 0, have)
      have = 0
      const [start = '', id = ''] = prefix.exec(text) ?? []
      if (start.startsWith('42')) {
        if (id) unacknowledged.push(acknowledgement(id))
        dashboard.delivered()
      } else if (start === '0') send(`40${JSON.stringify({ token })}`)
      else if (start === '40') dashboard.ready()
      else if (start === '2') send('3')
      else dashboard.refused(text)
    },
    flush() {
      const [only] = unacknowledged
      if (!only) return
      dashboard.send(unacknowledged.length === 1 ? only : Buffer.concat(unacknowledged))
      unacknowledged = []
    },
  }
}
