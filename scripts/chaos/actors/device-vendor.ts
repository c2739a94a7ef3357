import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'mqtt'
import { Reply } from '#shared/device-messages.ts'
import { isOffered } from '#shared/order-status.ts'
import { OrderEvent } from '#shared/orders.ts'
import { isOrderTopic, topics } from '#shared/topics.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { within as inTime } from '../../../server/system-tests/lib/waiting.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import type { Counters } from '../counters.ts'
import type { Retry } from './retry.ts'
import { createVendorJobs, type CommandResult, type Command } from './vendor-jobs.ts'

export interface DeviceVendorOptions {
  /** MQTT address of the proxy. */
  url: string
  token: string
  vendorId: string
  name: string
  random: Random
  acknowledgements: Acknowledgements
  counters: Counters
  retry: Retry
  isFinishing(): boolean
}

/** Timeout of the PUBACK, in ms; long, because mqtt.js repeats the publication on every new connection. */
const pubackTimeout = 10_000
/** Timeout of the reply after the PUBACK, in ms: a reply that was lost with the server never arrives. */
const replyTimeout = 700

/**
 * A vendor's device over MQTT: receives offers and works them with commands. mqtt.js repeats unacknowledged commands on
 * the next connection; a command that was acknowledged without a reply is sent again with its id.
 */
export function createDeviceVendor(options: DeviceVendorOptions) {
  const { url, token, vendorId, name, random, acknowledgements, counters, retry, isFinishing } = options
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
    // The vendor may be deactivated for a while.
    reconnectOnConnackError: true,
    resubscribe: false,
  })
  client.on('error', () => {})
  client.on('connect', () => client.subscribe(filters, { qos: 1 }, () => {}))
  client.on('message', (topic, payload) => {
    const message: unknown = JSON.parse(payload.toString())
    if (isOrderTopic(topic)) {
      const order = OrderEvent.parse(message)
      if (!('gone' in order) && isOffered(order.status) && random.chance(0.4)) jobs.offer(order.id)
      else if (!('gone' in order) && order.vendor?.id === vendorId) jobs.resume(order.id, order.status, order.version)
      return
    }
    const reply = Reply.parse(message)
    if (reply.commandId) replies.get(reply.commandId)?.(reply)
  })

  async function command(orderId: string, request: Command): Promise<CommandResult> {
    const replied = new Promise<Reply>((resolve) => replies.set(request.commandId, resolve))
    // Resolves with the PUBACK, possibly after several reconnects.
    const stored = client.publishAsync(topics.orderStatus(orderId), JSON.stringify(request), { qos: 1 })
    if (!(await inTime(pubackTimeout, stored))) throw new Error('no acknowledgement')
    const reply = await inTime(replyTimeout, replied)
    if (!reply) throw new Error('no reply')
    const { ok, code = '', version } = reply
    return ok ? { ok, version: version ?? 0 } : { ok, code, version }
  }

  async function send(orderId: string, request: Command): Promise<CommandResult | null> {
    const outcome = await retry.untilDefinite(() => command(orderId, request))
    replies.delete(request.commandId)
    return outcome?.done ? outcome.value : null
  }

  const jobs = createVendorJobs({
    vendorId,
    name,
    random,
    acknowledgements,
    counters,
    send,
    ordered: true,
    onReleased: () => {},
    isFinishing,
  })

  return {
    vendorId,
    connected: () => client.connected,
    async run() {
      while (!isFinishing()) await sleep(100)
      await jobs.done()
    },
    end: () => client.endAsync(true),
  }
}
