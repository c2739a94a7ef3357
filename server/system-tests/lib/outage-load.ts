import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from '../../app.ts'
import { retry } from '../../lib/retry.ts'
import { placeOrder, type Answer, type Person } from '../../testing/app.ts'
import { Probe } from '../../testing/probe.ts'

/** Everything that was acknowledged, and the refusals meanwhile. */
export interface Acknowledgements {
  /** Idempotency-Key → id of the acknowledged order. */
  keyed: Map<string, string>
  unkeyed: Set<string>
  /** commandId → id of the order. */
  commands: Map<string, string>
  /** Duration of each 503, in ms. */
  refusals: number[]
  /** Unexpected responses. */
  wrong: string[]
  /** Time of the last acknowledgement, by performance.now(). */
  lastSuccess: number
  firstSuccessAfter: { since: number; at: number } | null
}

export const noAcknowledgements = (): Acknowledgements => ({
  keyed: new Map(),
  unkeyed: new Set(),
  commands: new Map(),
  refusals: [],
  wrong: [],
  lastSuccess: 0,
  firstSuccessAfter: null,
})

export interface OutageLoad {
  app: Running
  serviceId: string
  acknowledged: Acknowledgements
  /** True once the actors must finish and start nothing new. */
  isFinishing: () => boolean
}

/** Pause pause two orders of a customer, and pause a refusal and the next attempt, in ms. */
const pause = 300

const steps = ['accepted', 'on_the_way', 'in_progress', 'completed']

export function createOutageLoad({ app, serviceId, acknowledged, isFinishing }: OutageLoad) {
  const offered: string[] = []
  let made = 0

  function recordSuccess() {
    acknowledged.lastSuccess = performance.now()
    const waiting = acknowledged.firstSuccessAfter
    if (waiting && waiting.at === 0) waiting.at = acknowledged.lastSuccess
  }

  /** Sends once. Returns null for a 503, which must have Retry-After. */
  async function attempt(label: string, request: () => Promise<Answer>): Promise<Answer | null> {
    const begun = performance.now()
    const answer = await request()
    if (answer.status === 503) {
      acknowledged.refusals.push(performance.now() - begun)
      if (!answer.headers.get('retry-after')) acknowledged.wrong.push(`${label}: 503 without Retry-After`)
      return null
    }
    if (answer.status < 300) recordSuccess()
    return answer
  }

  /**
   * Sends until there is a response other than 503. Without any, as when the server closes a connection that was idle, it is
   * sent again too: `request` has a key or a commandId.
   */
  async function repeatUntilAnswered(label: string, request: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const answer = await attempt(label, request).catch((error: unknown) => {
        // The fetch standard: a network error.
        if (error instanceof TypeError) return null
        throw error
      })
      if (answer) return answer
      await sleep(pause)
    }
  }

  return {
    /** Places orders with an Idempotency-Key, each until it is acknowledged. */
    async keyedCustomer(customer: Person) {
      while (!isFinishing()) {
        const key = `key-${++made}`
        const request = () =>
          customer.post('/api/orders', placeOrder(serviceId, { notes: key }), { 'idempotency-key': key })
        const { status, body } = await repeatUntilAnswered('order', request)
        if (status > 201) acknowledged.wrong.push(`order: ${status} ${JSON.stringify(body)}`)
        acknowledged.keyed.set(key, body.id)
        offered.push(body.id)
        await sleep(pause)
      }
    },

    /** Places orders without a key, and drops refused ones. */
    async unkeyedCustomer(customer: Person) {
      while (!isFinishing()) {
        const request = () => customer.post('/api/orders', placeOrder(serviceId, { notes: `unkeyed-${++made}` }))
        const answer = await attempt('order', request)
        if (answer?.status === 201) acknowledged.unkeyed.add(answer.body.id)
        else if (answer) acknowledged.wrong.push(`order: ${answer.status}`)
        await sleep(pause)
      }
    },

    /** Works order after order over REST; each command is sent until it is acknowledged. */
    async restVendor(vendor: Person) {
      while (!isFinishing()) {
        const id = offered.shift()
        if (id)
          for (const status of steps) {
            const commandId = `${id}-${status}`
            const answer = await repeatUntilAnswered('step', () => vendor.set({ id }, status, { commandId }))
            if (answer.status === 200) acknowledged.commands.set(commandId, id)
            else acknowledged.wrong.push(`${status}: ${answer.status} ${JSON.stringify(answer.body)}`)
          }
        await sleep(pause)
      }
    },

    /** Works orders as a device: an unacknowledged command is sent again on the next connection. */
    async device(login: { username: string; password: string; clientId: string }) {
      let probe: Probe | null = null
      async function connected(): Promise<Probe> {
        if (probe?.client.connected) return probe
        return (probe = await retry(() => Probe.connect(app.mqtt, login), {
          delay: pause,
          retryIf(error) {
            const code = error instanceof Error && 'code' in error ? error.code : undefined
            if (code === 4 || code === 5) acknowledged.wrong.push(`the device was refused as unauthenticated (${code})`)
            return true
          },
        }))
      }
      async function send(orderId: string, command: { status: string; commandId: string }) {
        for (;;) {
          const over = await connected()
          const cut = over.closed.then(() => false)
          const published = over.publish(`orders/${orderId}/status`, command).then(
            () => true,
            () => false,
          )
          if (await Promise.race([published, cut])) return
        }
      }
      while (!isFinishing()) {
        const id = offered.shift()
        if (id)
          for (const status of steps) {
            const commandId = `${id}-${status}`
            await send(id, { status, commandId })
            acknowledged.commands.set(commandId, id)
            recordSuccess()
          }
        await sleep(pause)
      }
      await (probe as Probe | null)?.end()
    },
  }
}
