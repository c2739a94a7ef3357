import type { IClientOptions, MqttClient } from 'mqtt'
import { generate } from 'mqtt-packet'
import type { ConnectOptions, Connection } from './connection.ts'

/** MQTT-3.9.3: what a filter that was refused has for its quality. */
const refusedFilter = 128

/**
 * One client is one connection: reconnecting, renewing the token and catching up are decided in models/live.ts, so
 * mqtt.js keeps no queue and retries nothing (`reconnectPeriod: 0`).
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
 * Connects and subscribes in one breath (MQTT 3.1.1, 3.1.4: a client need not wait for CONNACK), so it is live one round
 * trip earlier, each time. Resolves and rejects as `Connect` says.
 *
 * It subscribes at QoS 0: over one connection nothing is lost on the way, after a lost one a broker sends a clean session
 * nothing again, whatever the quality, and what was missed is read by version. An acknowledgement for every event would
 * only cost both sides as much as the event itself.
 */
export function openOver(client: MqttClient, { filters, onMessage, onClose }: ConnectOptions): Promise<Connection> {
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
      if (packet.cmd !== 'suback') return
      const refused = filters.filter((_, index) => packet.granted[index] === refusedFilter)
      if (refused.length > 0) {
        failure = new Error(`The broker refused ${refused.join(', ')}`)
        return void client.end(true)
      }
      subscribed = true
      resolve(opened(client))
    })
    client.connect()
    const subscriptions = filters.map((topic) => ({ topic, qos: 0 }) as const)
    // mqtt.js has just written CONNECT; what it is asked itself it keeps back until CONNACK.
    client.stream.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions }))
  })
}

/** The broker does not accept the token. */
class ConnectionRefused extends Error {
  readonly refused = true
}

const opened = (client: MqttClient): Connection => ({
  async publish(topic, payload) {
    await client.publishAsync(topic, payload, { qos: 1 })
  },
  close: () => void client.end(),
})
