import { counterOf, createCounter } from '../lib/metrics.ts'
import type { ConnectReturnCode } from './hooks/connect.ts'

/** By the return code of the CONNACK (hooks/connect.ts). 3: a limit, or the database cannot be used. */
const connackReasons = { 2: 'client_id', 3: 'limit', 4: 'token', 5: 'will' } as const

/** Refused without one: another MQTT version, other bytes than a CONNECT, a WebSocket handshake. */
const otherReasons = ['version', 'protocol', 'websocket'] as const

const closedFor = ['slow_consumer', 'packet_too_large'] as const

/** PUBLISH packets: plain numbers, because every delivery counts. */
export interface MessageCounts {
  received: number
  sent: number
}

/** What the broker counts, for `GET /metrics`. */
export function createBrokerMetrics() {
  const counts: MessageCounts = { received: 0, sent: 0 }
  const subscriptions = createCounter({
    name: 'callout_mqtt_subscriptions_refused_total',
    help: 'Filters that were answered with 128.',
    labels: [],
  })
  const connects = createCounter(
    { name: 'callout_mqtt_connects_refused_total', help: 'Connections refused, by reason.', labels: ['reason'] },
    [...Object.values(connackReasons), ...otherReasons].map((reason) => ({ reason })),
  )
  const disconnects = createCounter(
    { name: 'callout_mqtt_disconnects_total', help: 'Connections that the server closed.', labels: ['reason'] },
    closedFor.map((reason) => ({ reason })),
  )

  return {
    counts,
    connectRefused: (reason: ConnectReturnCode | (typeof otherReasons)[number]) =>
      connects.inc({ reason: typeof reason === 'number' ? connackReasons[reason] : reason }),
    disconnected: (reason: (typeof closedFor)[number]) => disconnects.inc({ reason }),
    subscriptionRefused: () => subscriptions.inc(),
    all: [
      counterOf(
        { name: 'callout_mqtt_messages_received_total', help: 'PUBLISH packets from clients, refused ones included.' },
        () => counts.received,
      ),
      counterOf(
        { name: 'callout_mqtt_messages_sent_total', help: 'PUBLISH packets to clients: one for each receiver.' },
        () => counts.sent,
      ),
      subscriptions,
      connects,
      disconnects,
    ],
  }
}
