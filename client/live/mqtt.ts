import type { Connect, Connection } from './connection.ts'
import { keepAliveTimer } from './keep-alive.ts'
import { MqttClient, browserStreamBuilder } from './shims/mqtt-client.js'

/**
 * The only file that knows mqtt.js; it is imported when somebody has signed in, and is a chunk of its own.
 *
 * One call is one connection: reconnecting, renewing the token and catching up are decided in models/live.ts, so
 * mqtt.js keeps no queue and retries nothing (`reconnectPeriod: 0`).
 */
export const connect: Connect = ({ url, username, password, onMessage, onClose }) =>
  new Promise((resolve, reject) => {
    const { protocol, hostname, port, pathname } = new URL(url)
    const client = new MqttClient((self) => browserStreamBuilder(self, self.options), {
      protocol: protocol === 'wss:' ? 'wss' : 'ws',
      hostname,
      port: Number(port) || (protocol === 'wss:' ? 443 : 80),
      path: pathname,
      clientId: `web-${Math.random().toString(36).slice(2, 12)}`,
      username,
      password,
      protocolVersion: 4,
      clean: true,
      timerVariant: keepAliveTimer(),
      keepalive: 30,
      connectTimeout: 10_000,
      reconnectPeriod: 0,
      resubscribe: false,
    })

    let failure: ConnectionRefused | Error | null = null
    client.on('error', (error) => {
      // MQTT-3.2.2.3: 4 = bad user name or password, 5 = not authorized.
      const code = 'code' in error ? error.code : null
      failure = code === 4 || code === 5 ? new ConnectionRefused() : error
    })
    client.on('message', (topic, payload) => onMessage(topic, payload.toString()))
    client.on('close', () => {
      if (!client.disconnecting) client.end(true)
      if (connected) onClose()
      else reject(failure ?? new Error('The connection was closed'))
    })

    let connected = false
    client.on('connect', () => {
      connected = true
      resolve(opened(client))
    })
  })

/** The broker does not accept the token. */
export class ConnectionRefused extends Error {
  readonly refused = true
}

function opened(client: MqttClient): Connection {
  return {
    async subscribe(topicFilters) {
      const granted = await client.subscribeAsync([...topicFilters], { qos: 1 })
      return granted.filter(({ qos }) => qos < 128).map(({ topic }) => topic)
    },
    async publish(topic, payload) {
      await client.publishAsync(topic, payload, { qos: 1 })
    },
    close() {
      client.end()
    },
  }
}
