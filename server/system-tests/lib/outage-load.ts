import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from '../../app.ts'
import { placeOrder, type Answer, type Person } from '../../testing/app.ts'
import { Probe } from '../../testing/probe.ts'

/** What was promised to somebody, and what they were told meanwhile. */
export interface Promises {
  /** Idempotency-Key → the order that was answered. */
  keyed: Map<string, string>
  unkeyed: Set<string>
  /** commandId → the order it was acknowledged for. */
  commands: Map<string, string>
  /** How long each 503 took, in ms. */
  refusals: number[]
  /** What should never be answered. */
  wrong: string[]
  /** When something was last acknowledged, by performance.now(). */
  lastGood: number
  firstGoodAfter: { since: number; at: number } | null
}

export const noPromises = (): Promises => ({
  keyed: new Map(),
  unkeyed: new Set(),
  commands: new Map(),
  refusals: [],
  wrong: [],
  lastGood: 0,
  firstGoodAfter: null,
})

export interface OutageLoad {
  app: Running
  serviceId: string
  promises: Promises
  /** Everybody finishes what they have begun and begins nothing more. */
  isOver: () => boolean
}

/** From an order to the next of the same customer, and from a refusal to the next attempt, in ms. */
const between = 300

const steps = ['accepted', 'on_the_way', 'in_progress', 'completed']

export function createOutageLoad({ app, serviceId, promises, isOver }: OutageLoad) {
  const offered: string[] = []
  let made = 0

  function good() {
    promises.lastGood = performance.now()
    const waiting = promises.firstGoodAfter
    if (waiting && waiting.at === 0) waiting.at = promises.lastGood
  }

  /** Asks once; null when the answer is "later", which has to come soon and say when to come back. */
  async function ask(what: string, request: () => Promise<Answer>): Promise<Answer | null> {
    const begun = performance.now()
    const answer = await request()
    if (answer.status === 503) {
      promises.refusals.push(performance.now() - begun)
      if (!answer.headers.get('retry-after')) promises.wrong.push(`${what}: 503 without Retry-After`)
      return null
    }
    if (answer.status < 300) good()
    return answer
  }

  /** Asks until there is another answer. */
  async function insist(what: string, request: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const answer = await ask(what, request)
      if (answer) return answer
      await sleep(between)
    }
  }

  return {
    /** Orders with a key, again and again until each is there. */
    async keyedCustomer(customer: Person) {
      while (!isOver()) {
        const key = `key-${++made}`
        const request = () =>
          customer.post('/api/orders', placeOrder(serviceId, { notes: key }), { 'idempotency-key': key })
        const { status, body } = await insist('order', request)
        if (status > 201) promises.wrong.push(`order: ${status} ${JSON.stringify(body)}`)
        promises.keyed.set(key, body.id)
        offered.push(body.id)
        await sleep(between)
      }
    },

    /** Orders without one, and lets go what is refused. */
    async hastyCustomer(customer: Person) {
      while (!isOver()) {
        const request = () => customer.post('/api/orders', placeOrder(serviceId, { notes: `hasty-${++made}` }))
        const answer = await ask('order', request)
        if (answer?.status === 201) promises.unkeyed.add(answer.body.id)
        else if (answer) promises.wrong.push(`order: ${answer.status}`)
        await sleep(between)
      }
    },

    /** Works order after order over REST; each step is sent until it is acknowledged. */
    async restVendor(vendor: Person) {
      while (!isOver()) {
        const id = offered.shift()
        if (id)
          for (const status of steps) {
            const commandId = `${id}-${status}`
            const answer = await insist('step', () => vendor.set({ id }, status, { commandId }))
            if (answer.status === 200) promises.commands.set(commandId, id)
            else promises.wrong.push(`${status}: ${answer.status} ${JSON.stringify(answer.body)}`)
          }
        await sleep(between)
      }
    },

    /** The same as a device: a command that is not acknowledged is sent again over the next connection. */
    async device(login: { username: string; password: string; clientId: string }) {
      let probe: Probe | null = null
      async function connected(): Promise<Probe> {
        for (;;) {
          if (probe?.client.connected) return probe
          const attempt = await Probe.connect(app.mqtt, login).catch((error: unknown) => error)
          if (attempt instanceof Probe) return (probe = attempt)
          const code = attempt instanceof Error && 'code' in attempt ? attempt.code : undefined
          if (code === 4 || code === 5) promises.wrong.push(`the device was taken for a stranger (${code})`)
          await sleep(between)
        }
      }
      async function send(orderId: string, command: { status: string; commandId: string }) {
        for (;;) {
          const over = await connected()
          const cut = over.closed.then(() => false)
          const acknowledged = over.publish(`orders/${orderId}/status`, command).then(
            () => true,
            () => false,
          )
          if (await Promise.race([acknowledged, cut])) return
        }
      }
      while (!isOver()) {
        const id = offered.shift()
        if (id)
          for (const status of steps) {
            const commandId = `${id}-${status}`
            await send(id, { status, commandId })
            promises.commands.set(commandId, id)
            good()
          }
        await sleep(between)
      }
      await (probe as Probe | null)?.end()
    },
  }
}
