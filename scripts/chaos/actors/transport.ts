import { connect } from 'mqtt'
import type { Connect } from '../../../client/live/connection.ts'
import { mqttOptions, connectAndSubscribe } from '../../../client/live/mqtt-connection.ts'
import { clientHeader } from '../proxy/http.ts'
import type { Counters } from '../counters.ts'

/** The transport of client/live for Node: adds the client header and counts connections and events. */
export const createTransport =
  (name: string, counters: Pick<Counters, 'connections' | 'events'>, onEvent: (payload: string) => void): Connect =>
  async (options) => {
    const client = connect(options.url, {
      ...mqttOptions(options),
      wsOptions: { headers: { [clientHeader]: name } },
    })
    const connection = await connectAndSubscribe(client, {
      ...options,
      onMessage(topic, payload) {
        counters.events++
        options.onMessage(topic, payload)
        onEvent(payload)
      },
    })
    counters.connections++
    return connection
  }
