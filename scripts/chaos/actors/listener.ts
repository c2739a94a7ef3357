import { connect } from 'mqtt'
import { OrderEvent } from '#shared/orders.ts'
import { CatalogueEvent, type Service } from '#shared/catalogue.ts'
import { topics } from '#shared/topics.ts'

export interface ListenerOptions {
  /** MQTT address of the proxy. */
  url: string
  token: string
  vendorId: string
  name: string
}

/** The newest version of each order that a listener received, for the comparison. */
export interface ReceivedVersions {
  name: string
  vendorId: string
  newest: ReadonlyMap<string, number>
  /** The last payload of the topic `services`. */
  services: readonly Service[] | null
}

export type Listener = Awaited<ReturnType<typeof startListener>>

/**
 * A device with a persistent session that only subscribes and never reads a list, so it misses every order that was
 * stored but not published. Resolves once it is subscribed.
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
  let services: readonly Service[] | null = null
  client.on('message', (topic, payload) => {
    const message: unknown = JSON.parse(payload.toString())
    if (topic === topics.services) return void (services = CatalogueEvent.parse(message).services)
    const { id, version } = OrderEvent.parse(message)
    newest.set(id, Math.max(version, newest.get(id) ?? 0))
  })
  await new Promise<void>((resolve) => client.once('connect', () => resolve()))
  await client.subscribeAsync([topics.ordersNew, topics.ordersUpdate, topics.services], { qos: 1 })
  return {
    received: (): ReceivedVersions => ({ name, vendorId, newest, services }),
    connected: () => client.connected,
    end: () => client.endAsync(true),
  }
}
