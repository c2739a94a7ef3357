import type { Connect } from './connection.ts'
import { keepAliveTimer } from './keep-alive.ts'
import { mqttOptions, connectAndSubscribe } from './mqtt-connection.ts'
import { MqttClient, browserStreamBuilder } from './shims/mqtt-client.js'

/** The transport of a browser: mqtt.js over WebSocket. A chunk of its own, imported after signing in. */
export const connect: Connect = (options) => {
  const { protocol, hostname, port, pathname } = new URL(options.url)
  const client = new MqttClient((self) => browserStreamBuilder(self, self.options), {
    ...mqttOptions(options),
    protocol: protocol === 'wss:' ? 'wss' : 'ws',
    hostname,
    port: Number(port) || (protocol === 'wss:' ? 443 : 80),
    path: pathname,
    timerVariant: keepAliveTimer(),
  })
  return connectAndSubscribe(client, options)
}
