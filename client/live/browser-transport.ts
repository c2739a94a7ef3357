import type { Connect } from './connection.ts'
import type { KeepAliveTimer } from './keep-alive.ts'
import { mqttOptions, connectAndSubscribe } from './mqtt-connection.ts'
import { MqttClient, browserStreamBuilder } from './shims/mqtt-client.js'

/** mqtt.js over the browser's WebSocket. */
export const createBrowserTransport =
  (timer: () => KeepAliveTimer | 'native'): Connect =>
  (options) => {
    const { protocol, hostname, port, pathname } = new URL(options.url)
    const client = new MqttClient((self) => browserStreamBuilder(self, self.options), {
      ...mqttOptions(options),
      protocol: protocol === 'wss:' ? 'wss' : 'ws',
      hostname,
      port: Number(port) || (protocol === 'wss:' ? 443 : 80),
      path: pathname,
      timerVariant: timer(),
    })
    return connectAndSubscribe(client, options)
  }
