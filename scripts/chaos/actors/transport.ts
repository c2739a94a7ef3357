import { connect as open, type MqttClient } from 'mqtt'
import type { Connect, Connection } from '../../../client/live/connection.ts'
import { clientHeader } from '../proxy/http.ts'
import type { Tally } from '../tally.ts'

/** client/live/mqtt.ts for Node: one call is one connection, and mqtt.js keeps no queue and retries nothing. */
export const createTransport =
  (name: string, tally: Pick<Tally, 'connections' | 'events'>, onEvent: (payload: string) => void): Connect =>
  ({ url, username, password, onMessage, onClose }) =>
    new Promise((resolve, reject) => {
      const client = open(url, {
        clientId: `web-${Math.random().toString(36).slice(2, 12)}`,
        username,
        password,
        protocolVersion: 4,
        clean: true,
        keepalive: 30,
        connectTimeout: 10_000,
        reconnectPeriod: 0,
        resubscribe: false,
        wsOptions: { headers: { [clientHeader]: name } },
      })
      let connected = false
      let failure: Error | null = null
      client.on('error', (error) => {
        // MQTT-3.2.2.3: 4 = bad user name or password, 5 = not authorized.
        const code = 'code' in error ? error.code : null
        failure = code === 4 || code === 5 ? new ConnectionRefused() : error
      })
      client.on('message', (topic, payload) => {
        tally.events++
        const text = payload.toString()
        onMessage(topic, text)
        onEvent(text)
      })
      client.on('close', () => {
        if (!client.disconnecting) client.end(true)
        if (connected) onClose()
        else reject(failure ?? new Error('The connection was closed'))
      })
      client.on('connect', () => {
        connected = true
        tally.connections++
        resolve(opened(client))
      })
    })

class ConnectionRefused extends Error {
  readonly refused = true
}

const opened = (client: MqttClient): Connection => ({
  async subscribe(topicFilters) {
    const granted = await client.subscribeAsync([...topicFilters], { qos: 1 })
    return granted.filter(({ qos }) => qos < 128).map(({ topic }) => topic)
  },
  async publish(topic, payload) {
    await client.publishAsync(topic, payload, { qos: 1 })
  },
  close: () => void client.end(),
})
