import type { IClientOptions, MqttClient } from 'mqtt'
import { generate } from 'mqtt-packet'
import type { ConnectOptions, Connection } from './connection.ts'

/** The SUBACK return code for failure [MQTT-3.9.3-2]. */
const refusedFilter = 128

/**
 * One client is one connection: live.ts reconnects, renews the token and reads missed changes, so mqtt.js does
 * not reconnect (`reconnectPeriod: 0`).
 */
export const mqttOptions = ({ username, password }: ConnectOptions) =>
  ({
    clientId: `web-${Math.random().toString(36).slice(2, 12)}`,
    username,
    password,
    protocolVersion: 4,
    clean: true,
    keepalive: 30,
    connectTimeout: 10_000,
    reconnectPeriod: 0,
    resubscribe: false,
    manualConnect: true,
  }) satisfies IClientOptions

/**
 * Sends CONNECT and SUBSCRIBE together, which saves a round trip: a client need not wait for CONNACK (MQTT 3.1.1, 3.1.4).
 * Resolves and rejects as `Connect` describes.
 *
 * It subscribes at QoS 0: TCP loses nothing within a connection, and after one a broker resends nothing to a clean session
 * at any QoS. Missed changes are read by version. PUBACKs would double the packets.
 */
export function connectAndSubscribe(
  client: MqttClient,
  { filters, onMessage, onClose }: ConnectOptions,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let subscribed = false
    let failure: ConnectionRefused | Error | null = null
    client.on('error', (error) => {
      // MQTT-3.2.2.3: 4 = bad user name or password, 5 = not authorized.
      const code = 'code' in error ? error.code : null
      failure = code === 4 || code === 5 ? new ConnectionRefused() : error
    })
    client.on('message', (topic, payload) => onMessage(topic, payload.toString()))
    client.on('close', () => {
      if (!client.disconnecting) client.end(true)
      if (subscribed) onClose()
      else reject(failure ?? new Error('The connection was closed'))
    })
    client.on('packetreceive', (packet) => {
      if (packet.cmd !== 'suback' || subscribed) return
      const refused = filters.filter((_, index) => packet.granted[index] === refusedFilter)
      if (refused.length > 0) {
        failure = new Error(`The broker refused ${refused.join(', ')}`)
        return void client.end(true)
      }
      subscribed = true
      resolve(connectionOf(client))
    })
    client.connect()
    const subscriptions = filters.map((topic) => ({ topic, qos: 0 }) as const)
    // Written to the stream, as mqtt.js holds its own SUBSCRIBE back until CONNACK.
    client.stream.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions }))
  })
}

/** The broker does not accept the token. */
class ConnectionRefused extends Error {
  readonly refused = true
}

const connectionOf = (client: MqttClient): Connection => ({
  async publish(topic, payload) {
    await client.publishAsync(topic, payload, { qos: 1 })
  },
  async subscribe(filters) {
    const granted = await client.subscribeAsync([...filters], { qos: 0 })
    const refused = granted.filter(({ qos }) => qos === refusedFilter)
    if (refused.length > 0) throw new Error(`The broker refused ${refused.map(({ topic }) => topic).join(', ')}`)
  },
  async unsubscribe(filters) {
    await client.unsubscribeAsync([...filters])
  },
  close: () => void client.end(),
})
