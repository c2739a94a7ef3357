import { connect as connectMqtt } from 'mqtt'
import { connectAndSubscribe, mqttOptions } from '../mqtt-connection.ts'
import { createConnect } from './connect.ts'
import { sendTo } from './send.ts'

const everyMinute = 60_000

/** `callout/live` in Node: the same library, with mqtt.js over the `ws` package. */
export const connect = createConnect({
  transport: (options) => connectAndSubscribe(connectMqtt(options.url, mqttOptions(options)), options),
  sendTo,
  explain: (base) =>
    fetch(`${base}/healthz`).then(
      () => null,
      ({ cause }: Error) =>
        `There is no answer from ${base} (${String(cause)}). Is the server running, and is the address right?`,
    ),
  followPage(live) {
    const timer = setInterval(live.wake, everyMinute)
    return () => clearInterval(timer)
  },
})
