import { connectAsync, type MqttClient } from 'mqtt'
import { Order } from '#shared/orders.ts'
import { finalStatuses } from '#shared/order-status.ts'
import type { SignedIn } from '#shared/users.ts'
import type { Random } from '../../server/system-tests/lib/numbers.ts'
import { within } from '../../server/system-tests/lib/waiting.ts'
import { RefusedError, type Api } from './api.ts'
import type { Pace } from './pace.ts'
import type { Tally } from './tally.ts'
import { anAddress } from './town.ts'

export interface CustomerOptions {
  api: Api
  /** `ws://…/mqtt` */
  url: string
  services: readonly { id: string }[]
  /** A session that is fresh: signs in, or registers at the first call. */
  session: () => Promise<SignedIn>
  random: Random
  pace: Pace
  tally: Tally
}

const notes = ['', '', 'Ring twice', 'The dog is friendly', 'Second floor, left', 'Please call before you come']

/** Seconds of the simulation until all customers have placed their first order. */
const arriveWithin = 90

/** How long an order may take to end once the simulation is stopping, in ms. */
const endWithin = 30_000

/** Appointments are at the half hour. */
function inHours(hours: number): string {
  const halfHour = 30 * 60_000
  return new Date(Math.ceil(Date.now() / halfHour) * halfHour + hours * 3_600_000).toISOString()
}

/** Places orders and follows each on its page until it has ended. */
export async function liveAsCustomer({ api, url, services, session, random, pace, tally }: CustomerOptions) {
  await pace.pause(0, arriveWithin)
  while (!pace.stopping.aborted) {
    try {
      await order()
    } catch (error) {
      const limited = error instanceof RefusedError && error.code === 'too_many_requests'
      if (!limited || !pace.stopping.aborted) tally.failed('customer', error)
    }
    await pace.pause(40, 160)
  }

  async function order() {
    const { user, accessToken } = await session()
    if (pace.stopping.aborted) return
    const client = await connectAsync(url, { username: user.email, password: accessToken, reconnectPeriod: 0 }, false)
    try {
      const lost = new Promise<never>((_resolve, reject) =>
        client.once('close', () => reject(new Error('the connection was closed'))),
      )
      await Promise.race([lost, follow(client, user.id, accessToken)])
    } finally {
      client.removeAllListeners('close')
      await client.endAsync(true)
    }
  }

  async function follow(client: MqttClient, userId: string, token: string) {
    const seen = new Map<string, Order>()
    let wake = () => {}
    client.on('message', (_topic, payload) => {
      const event = Order.parse(JSON.parse(payload.toString()))
      if (event.version > (seen.get(event.id)?.version ?? 0)) seen.set(event.id, event)
      wake()
    })
    await client.subscribeAsync(`customers/${userId}/orders`, { qos: 1 })
    const placed = await api.place(token, {
      items: [{ serviceId: random.pick(services).id, quantity: 1 + random.below(2) }],
      contact: { phone: `+49 4725 ${1000 + random.below(9000)}`, ...anAddress(random) },
      notes: random.pick(notes),
      scheduledFor: random.chance(0.2) ? inHours(2 + random.below(70)) : null,
    })
    tally.add('placed')
    const status = () => seen.get(placed.id)?.status ?? placed.status
    const isOver = () => finalStatuses.includes(status())
    const changed = () => new Promise<void>((resolve) => (wake = resolve))

    if (random.chance(0.06)) {
      await pace.pause(5, 40)
      if (!isOver()) await cancel(token, placed.id)
    }
    while (!isOver() && !pace.stopping.aborted) await Promise.race([changed(), pace.stopped])
    for (const end = performance.now() + endWithin; !isOver();) {
      if (status() === 'pending') await cancel(token, placed.id)
      if (
        !isOver() &&
        (await within(
          end - performance.now(),
          changed().then(() => true),
        )) === null
      )
        throw new Error(`order ${placed.number} is still ${status()}`)
    }
    const how = status()
    if (how === 'completed' || how === 'cancelled' || how === 'rejected') tally.add(how)
  }

  /** A vendor may have set off meanwhile. */
  async function cancel(token: string, id: string) {
    try {
      await api.cancel(token, id, 'No longer needed')
    } catch (error) {
      if (!(error instanceof RefusedError && ['forbidden', 'invalid_transition'].includes(error.code))) throw error
    }
  }
}
