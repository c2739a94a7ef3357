import type { Client } from 'aedes'

/**
 * MQTT-3.1.2-24 closes a client that was not heard from for one and a half keep-alives. While it is read slowly its
 * PINGREQs wait behind its publications, so each that is taken counts as a sign of life. The timer is private to Aedes;
 * a client that is closed has none.
 */
export function resetKeepAlive(client: Client) {
  const timer: unknown = Reflect.get(client, '_keepaliveTimer')
  if (isTimer(timer)) timer.refresh()
}

const isTimer = (timer: unknown): timer is NodeJS.Timeout =>
  typeof timer === 'object' && timer !== null && 'refresh' in timer
