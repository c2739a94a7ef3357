import type { Client } from 'aedes'

const empty: Record<string, number> = {}
const forgetful = new Proxy(empty, { get: () => 0, set: () => true })

/**
 * Aedes 1.2 takes whatever is emitted out of counter order for a duplicate and drops it: a QoS 1 message before a QoS 0
 * one of the same tick, or a slow persistence, loses messages. Receivers here tell repeats by version, so the check is
 * put out of action. `duplicates` is private: broker.test.ts fails when a new version of Aedes changes it.
 */
export function disableDuplicateCheck(client: Client) {
  if (!('duplicates' in client)) throw new Error('Aedes has changed: client.duplicates is gone')
  Reflect.set(client, 'duplicates', forgetful)
}
