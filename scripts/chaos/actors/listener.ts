import { connect } from 'mqtt'
import { OrderEvent } from '#shared/orders.ts'
import { topics } from '#shared/topics.ts'

export interface ListenerOptions {
  /** The proxy's MQTT address. */
  url: string
  token: string
  vendorId: string
  name: string
}

/** What a listener has heard, for the comparison. */
export interface Heard {
  name: string
  vendorId: string
  newest: ReadonlyMap<string, number>
}

export type Listener = Awaited<ReturnType<typeof startListener>>

/**
 * A device that only listens, over a session that the broker keeps for it, and never reads a list: it knows what it was
 * told and nothing else, so it notices what was stored and never published. Resolves once it is subscribed.
 */
export async function startListener({ url, token, vendorId, name }: ListenerOptions) {
  const newest = new Map<string, number>()
  const client = connect(url, {
    username: name,
    password: token,
    clientId: name,
    clean: false,
    keepalive: 30,
    reconnectPeriod: 250,
    connectTimeout: 5_000,
    resubscribe: false,
  })
  client.on('error', () => {})
  client.on('message', (_topic, payload) => {
    const { id, version } = OrderEvent.parse(JSON.parse(payload.toString()))
    newest.set(id, Math.max(version, newest.get(id) ?? 0))
  })
  await new Promise<void>((resolve) => client.once('connect', () => resolve()))
  await client.subscribeAsync([topics.ordersNew, topics.ordersUpdate], { qos: 1 })
  return {
    heard: (): Heard => ({ name, vendorId, newest }),
    connected: () => client.connected,
    end: () => client.endAsync(true),
  }
}
