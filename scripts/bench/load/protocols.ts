import { generate } from 'mqtt-packet'
import type { MessageSink } from './frames.ts'
import { maskedFrame, pubacks } from './masked.ts'
import { MqttPackets, packetTypes } from './mqtt-packets.ts'

/** How a contestant wants to be entered and listened to. Always a WebSocket on 127.0.0.1. */
export type Door = { port: number; path: string } & (
  | { protocol: 'plain'; acknowledge: boolean }
  | { protocol: 'mqtt'; qos: 0 | 1; token: string | null; filters: string[] }
  | { protocol: 'socketio'; token: string }
)

/** What a dashboard does with what it understands. */
export interface Dashboard {
  send(bytes: Buffer): void
  /** It is in: whatever is published from now on comes here. */
  ready(): void
  /** One more order has come. */
  delivered(): void
  refused(why: string): void
}

export interface Protocol extends MessageSink {
  /** The WebSocket is open. */
  opened(): void
  /** What came in one go is read: now acknowledge it. */
  flush(): void
}

export const subprotocol = ({ protocol }: Door) => (protocol === 'mqtt' ? 'mqtt' : null)

export function speak(door: Door, name: string, dashboard: Dashboard): Protocol {
  switch (door.protocol) {
    case 'plain':
      return plain(door.acknowledge, dashboard)
    case 'mqtt':
      return mqtt(door, name, dashboard)
    case 'socketio':
      return socketio(door.token, dashboard)
  }
}

const smallAnswer = maskedFrame(Buffer.from([0x40, 2, 0, 0]))

/** Every message is an order; an acknowledgement is as long as MQTT's. */
function plain(acknowledge: boolean, dashboard: Dashboard): Protocol {
  let owed = 0
  return {
    opened: dashboard.ready,
    bytes() {},
    end() {
      if (acknowledge) owed++
      dashboard.delivered()
    },
    flush() {
      if (owed === 0) return
      dashboard.send(owed === 1 ? smallAnswer : Buffer.concat(Array.from({ length: owed }, () => smallAnswer)))
      owed = 0
    },
  }
}

function mqtt(door: Door & { protocol: 'mqtt' }, clientId: string, dashboard: Dashboard): Protocol {
  const { qos, token, filters } = door
  const owed: number[] = []
  const packets = new MqttPackets((type, id, last) => {
    if (type === packetTypes.publish) {
      if (id) owed.push(id)
      dashboard.delivered()
    } else if (type === packetTypes.connack) {
      if (last !== 0) dashboard.refused(`CONNACK ${last}`)
    } else if (type === packetTypes.suback) {
      // MQTT-3.9.3: 128 is a refusal.
      if (last === qos) dashboard.ready()
      else dashboard.refused(`SUBACK ${last}`)
    }
  })
  return {
    opened() {
      const login = token === null ? {} : { username: 'bench', password: Buffer.from(token) }
      const packet = generate({ cmd: 'connect', clientId, clean: true, keepalive: 600, ...login })
      const subscriptions = filters.map((topic) => ({ topic, qos }))
      // In one breath, as our pages do (client/live/mqtt-connection.ts).
      dashboard.send(maskedFrame(Buffer.concat([packet, generate({ cmd: 'subscribe', messageId: 1, subscriptions })])))
    },
    bytes: (chunk, from, to) => packets.take(chunk, from, to),
    end() {},
    flush() {
      if (owed.length === 0) return
      dashboard.send(pubacks(owed))
      owed.length = 0
    },
  }
}

/** What Engine.IO 4 and Socket.IO 5 put before a message: types, perhaps an acknowledgement's id, then JSON. */
const prefix = /^(?:0|2|4(?:0|44?|2(\d*)\[))/
/** Longer than any prefix. */
const headLength = 24

/** Every dashboard acknowledges the same publication with the same bytes. */
let newest = { id: '', frame: maskedFrame('') }

function acknowledgement(id: string): Buffer {
  if (newest.id !== id) newest = { id, frame: maskedFrame(`43${id}[]`) }
  return newest.frame
}

/** Engine.IO protocol 4 with Socket.IO protocol 5, over WebSocket from the start. */
function socketio(token: string, dashboard: Dashboard): Protocol {
  const head = Buffer.alloc(headLength)
  let have = 0
  let owed: Buffer[] = []
  const say = (text: string) => dashboard.send(maskedFrame(text))
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
        if (id) owed.push(acknowledgement(id))
        dashboard.delivered()
      } else if (start === '0') say(`40${JSON.stringify({ token })}`)
      else if (start === '40') dashboard.ready()
      else if (start === '2') say('3')
      else dashboard.refused(text)
    },
    flush() {
      const [only] = owed
      if (!only) return
      dashboard.send(owed.length === 1 ? only : Buffer.concat(owed))
      owed = []
    },
  }
}
