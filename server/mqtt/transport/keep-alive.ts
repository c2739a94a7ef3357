import type { Client } from 'aedes'
import { keepAliveTimerOf } from './aedes-internals.ts'

/**
 * MQTT-3.1.2-24 closes a client that has sent nothing for one and a half keep-alives. While the server throttles a client,
 * its PINGREQs wait behind its publications, so each publication read restarts the timer.
 */
export function resetKeepAlive(client: Client) {
  keepAliveTimerOf(client)?.refresh()
}
