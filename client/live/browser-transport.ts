import type { Connect } from './connection.ts'
import type { KeepAliveTimer } from './keep-alive.ts'
import { mqttOptions, connectAndSubscribe } from './mqtt-connection.ts'
import { MqttClient } from './shims/mqtt-client.js'
import { WebSocketStream } from './web-socket-stream.ts'

/** mqtt.js over the browser's WebSocket. */
export const createBrowserTransport =
  (timer: () => KeepAliveTimer | 'native'): Connect =>
  (options) => {
    const client = new MqttClient(() => new WebSocketStream(options.url), {
      ...mqttOptions(options),
      timerVariant: timer(),
    })
    return connectAndSubscribe(client, options)
  }
