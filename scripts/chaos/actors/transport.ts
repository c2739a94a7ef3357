import { connect } from 'mqtt'
import type { Connect } from '../../../client/live/connection.ts'
import { mqttOptions, openOver } from '../../../client/live/mqtt-connection.ts'
import { clientHeader } from '../proxy/http.ts'
import type { Tally } from '../counters.ts'

/** client/live/mqtt.ts for Node. */
export const createTransport =
  (name: string, tally: Pick<Tally, 'connections' | 'events'>, onEvent: (payload: string) => void): Connect =>
  async (options) => {
    const client = connect(options.url, {
      ...mqttOptions(options),
      wsOptions: { headers: { [clientHeader]: name } },
    })
    const connection = await openOver(client, {
      ...options,
      onMessage(topic, payload) {
        tally.events++
        options.onMessage(topic, payload)
        onEvent(payload)
      },
    })
    tally.connections++
    return connection
  }
