import { connectAsync, type MqttClient } from 'mqtt'
import { Reply } from '#shared/device-messages.ts'
import { OrderEvent } from '#shared/orders.ts'
import type { OrderStatus } from '#shared/order-status.ts'

export interface VanOptions {
  /** `mqtt://…` */
  url: string
  /** A device token. */
  token: string
  vendorId: string
  clientId: string
  /** The orders that are offered now: those of before the first connection. */
  offered: () => Promise<readonly string[]>
}

/** What the van knows of an order. */
interface Known {
  status: OrderStatus
  /** Of the van's own jobs only. */
  address: string | null
}

export type Van = ReturnType<typeof createVan>

/** A vendor's device: its status with a last will, its position, offers, and commands that are answered. */
export function createVan({ url, token, vendorId, clientId, offered }: VanOptions) {
  const offers = new Set<string>()
  const orders = new Map<string, Known>()
  const replies = new Map<string, (reply: Reply) => void>()
  const waiting = new Set<() => void>()
  let client: MqttClient | null = null
  let commands = 0

  function received(topic: string, payload: Buffer) {
    const message: unknown = JSON.parse(payload.toString())
    if (topic.endsWith('/replies')) {
      const reply = Reply.parse(message)
      replies.get(reply.commandId ?? '')?.(reply)
      return
    }
    const event = OrderEvent.parse(message)
    const isOffer = event.status === 'pending' && !('gone' in event)
    if (isOffer) offers.add(event.id)
    else offers.delete(event.id)
    if ('gone' in event || isOffer) orders.delete(event.id)
    else {
      const address = event.contact && 'address' in event.contact ? event.contact.address : null
      orders.set(event.id, { status: event.status, address })
    }
    for (const wake of waiting) wake()
  }

  function connected(): MqttClient {
    if (!client) throw new Error('the van is not connected')
    return client
  }

  const van = {
    offers: offers as ReadonlySet<string>,
    statusOf: (orderId: string) => orders.get(orderId)?.status ?? null,
    addressOf: (orderId: string) => orders.get(orderId)?.address ?? null,

    /** Connects, and goes on after each lost connection by itself. */
    async connect() {
      client = await connectAsync(url, {
        username: clientId,
        password: token,
        clientId,
        // A persistent session: the broker queues offers while the device sleeps.
        clean: false,
        keepalive: 30,
        will: { topic: 'vendor/status', payload: Buffer.from('offline'), qos: 1, retain: false },
      })
      client.on('message', received)
      await client.subscribeAsync(['orders/new', 'orders/update', `users/${vendorId}/replies`], { qos: 1 })
      client.on('connect', () => void van.say('online'))
      await van.say('online')
      for (const id of await offered()) offers.add(id)
    },

    /** The van does not want this offer. */
    forget: (orderId: string) => void offers.delete(orderId),

    say: (status: 'online' | 'break' | 'offline') => connected().publishAsync('vendor/status', status, { qos: 1 }),

    report({ lat, lng }: { lat: number; lng: number }) {
      const position = JSON.stringify({ lat, lng, accuracy: 8 })
      connected().publish('vendor/location', position, { qos: 0 })
    },

    /** Resolves to the reply. mqtt.js may send a command again after a reconnect; the commandId makes it apply once. */
    async command(orderId: string, status: OrderStatus, reason?: string): Promise<Reply> {
      const commandId = `${orderId}-${status}-${++commands}`
      const replied = new Promise<Reply>((resolve) => replies.set(commandId, resolve))
      const command = JSON.stringify({ status, commandId, ...(reason !== undefined && { reason }) })
      await connected().publishAsync(`orders/${orderId}/status`, command, { qos: 1 })
      const reply = await replied
      replies.delete(commandId)
      return reply
    },

    /** Resolves to true as soon as the van has an offer, and to false when `stopped` aborts before. */
    async untilOffered(stopped: AbortSignal): Promise<boolean> {
      if (offers.size > 0 || stopped.aborted) return !stopped.aborted
      await new Promise<void>((resolve) => {
        const wake = () => {
          if (offers.size === 0 && !stopped.aborted) return
          waiting.delete(wake)
          stopped.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        stopped.addEventListener('abort', wake)
      })
      return !stopped.aborted
    },

    /** Loses its connection without a DISCONNECT, so that the broker publishes its last will. */
    async lose(): Promise<void> {
      const lost = connected()
      client = null
      const closed = new Promise<void>((resolve) => void lost.stream.once('close', () => resolve()))
      lost.options.reconnectPeriod = 0
      lost.stream.destroy()
      await closed
      await lost.endAsync(true)
    },

    async end() {
      if (!client) return
      await van.say('offline')
      await client.endAsync()
    },
  }
  return van
}
