import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'mqtt'
import { Reply } from '#shared/device-messages.ts'
import { OrderEvent } from '#shared/orders.ts'
import { isOrderTopic, topics } from '#shared/topics.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { within as inTime } from '../../../server/system-tests/lib/waiting.ts'
import type { Record } from '../acknowledgements.ts'
import type { Tally } from '../counters.ts'
import type { Retry } from './retry.ts'
import { createWork, type Answered, type Command } from './vendor-jobs.ts'

export interface DeviceVendorOptions {
  /** The proxy's MQTT address. */
  url: string
  token: string
  vendorId: string
  name: string
  random: Random
  record: Record
  tally: Tally
  patience: Retry
  isOver(): boolean
}

/** Long: mqtt.js sends it again by itself with every connection. */
const acknowledgedWithin = 10_000
/** How long a reply may take after the acknowledgement: one that was lost with the server never comes. */
const replyWithin = 700

/**
 * A vendor's van over MQTT: hears of offers and works them by commands. mqtt.js keeps what was not acknowledged and
 * sends it again over the next connection; what was acknowledged without a reply is commanded again under its id.
 */
export function createDeviceVendor(options: DeviceVendorOptions) {
  const { url, token, vendorId, name, random, record, tally, patience, isOver } = options
  const replies = new Map<string, (reply: Reply) => void>()
  const filters = [topics.ordersNew, topics.ordersUpdate, topics.replies(vendorId)]
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
  client.on('connect', () => client.subscribe(filters, { qos: 1 }, () => {}))
  client.on('message', (topic, payload) => {
    const said: unknown = JSON.parse(payload.toString())
    if (isOrderTopic(topic)) {
      const order = OrderEvent.parse(said)
      if (!('gone' in order) && order.status === 'pending' && random.chance(0.4)) work.offered(order.id)
      else if (!('gone' in order) && order.vendor?.id === vendorId) work.found(order.id, order.status, order.version)
      return
    }
    const reply = Reply.parse(said)
    if (reply.commandId) replies.get(reply.commandId)?.(reply)
  })

  async function command(orderId: string, wanted: Command): Promise<Answered> {
    const answer = new Promise<Reply>((resolve) => replies.set(wanted.commandId, resolve))
    // Resolves with the PUBACK, over however many connections.
    const stored = client.publishAsync(topics.orderStatus(orderId), JSON.stringify(wanted), { qos: 1 })
    if (!(await inTime(acknowledgedWithin, stored))) throw new Error('no acknowledgement')
    const reply = await inTime(replyWithin, answer)
    if (!reply) throw new Error('no reply')
    const { ok, code = '', version } = reply
    return ok ? { ok, version: version ?? 0 } : { ok, code, version }
  }

  async function ask(orderId: string, wanted: Command): Promise<Answered | null> {
    const outcome = await patience.untilAnswered(() => command(orderId, wanted))
    replies.delete(wanted.commandId)
    return outcome?.done ? outcome.value : null
  }

  const work = createWork({ vendorId, name, random, record, tally, ask, ordered: true, onReleased: () => {}, isOver })

  return {
    connected: () => client.connected,
    async run() {
      while (!isOver()) await sleep(100)
      await work.done()
    },
    end: () => client.endAsync(true),
  }
}
