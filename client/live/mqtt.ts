import type { Connect } from './connection.ts'
import { keepAliveTimer } from './keep-alive.ts'
import { mqttOptions, openOver } from './mqtt-connection.ts'
import { MqttClient, browserStreamBuilder } from './shims/mqtt-client.js'

/** How a browser connects: what only it has of mqtt.js. Imported when somebody has signed in, a chunk of its own. */
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
  return openOver(client, options)
}
