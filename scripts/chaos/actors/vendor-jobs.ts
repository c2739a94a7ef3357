import { setTimeout as sleep } from 'node:timers/promises'
import type { OrderStatus } from '#shared/order-status.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Record } from '../acknowledgements.ts'
import type { Tally } from '../counters.ts'

export interface Command {
  status: OrderStatus
  commandId: string
  version?: number
  reason?: string
  note?: string
  occurredAt?: string
}

/** `version`: what the order is at, if the answer said so. */
export type Answered = { ok: true; version: number } | { ok: false; code: string; version?: number }

export interface WorkOptions {
  vendorId: string
  name: string
  random: Random
  record: Pick<Record, 'changed'>
  tally: Pick<Tally, 'changes' | 'refusals'>
  /** Asks for a step until there is an answer; null when that was given up. */
  ask(orderId: string, command: Command): Promise<Answered | null>
  /** Whether commands arrive in the order in which they were sent, so that several may be on their way. */
  ordered: boolean
  /** The order is open to everybody again. */
  onReleased(orderId: string): void
  isOver(): boolean
}

export type Work = ReturnType<typeof createWork>

/** Nobody wants every twelfth order: all decline it. Everybody must see the same ones, so the id decides. */
const unwanted = (orderId: string) => [...orderId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 12 === 0

const next: { [from in OrderStatus]?: OrderStatus } = {
  accepted: 'on_the_way',
  on_the_way: 'in_progress',
  in_progress: 'completed',
}

/** What a vendor does with orders, over whatever carries the commands. */
export function createWork(options: WorkOptions) {
  const { vendorId, name, random, record, tally, ask, ordered, onReleased, isOver } = options
  const { people } = config
  const inHand = new Map<string, Promise<void>>()
  let commands = 0

  async function step(orderId: string, status: OrderStatus, version?: number): Promise<Answered | null> {
    const commandId = `${name}-${++commands}`
    const withReason = status === 'pending' || status === 'rejected'
    const answered = await ask(orderId, {
      status,
      commandId,
      // The note is in the order's history: there each command is found again.
      ...(withReason ? { reason: commandId } : { note: commandId }),
      ...(version === undefined || random.chance(0.2) ? {} : { version }),
      ...(random.chance(0.3) ? { occurredAt: new Date(Date.now() - random.below(3_000)).toISOString() } : {}),
    })
    if (answered?.ok) {
      tally.changes++
      record.changed({ orderId, by: vendorId, status, commandId, version: null })
    } else tally.refusals++
    return answered
  }

  /** From a status on, until it is done, released, or somebody else's. */
  async function carryOn(orderId: string, from: OrderStatus, known?: number) {
    let status = from
    let version = known
    for (let conflicts = 0; !isOver();) {
      await sleep(within(random, people.stepEvery))
      const releases = status !== 'in_progress' && random.chance(0.07)
      const wanted = releases ? 'pending' : next[status]
      if (!wanted || isOver()) return
      const answered = await step(orderId, wanted, version)
      if (answered?.ok) {
        if (wanted === 'pending') return onReleased(orderId)
        status = wanted
        version = answered.version
      } else if (answered?.code === 'version_conflict' && answered.version && ++conflicts < 3) {
        version = answered.version
      } else return
    }
  }

  async function take(orderId: string) {
    if (unwanted(orderId) || random.chance(0.05)) return void (await step(orderId, 'rejected'))
    if (ordered && random.chance(people.inOneGo)) {
      const steps = (['accepted', 'on_the_way', 'in_progress', 'completed'] as const).slice(0, 2 + random.below(3))
      return void (await Promise.all(steps.map((status) => step(orderId, status))))
    }
    const answered = await step(orderId, 'accepted')
    if (answered?.ok) await carryOn(orderId, 'accepted', answered.version)
  }

  function begin(orderId: string, job: () => Promise<void>) {
    if (isOver() || inHand.has(orderId) || inHand.size >= people.jobsAtOnce) return
    inHand.set(
      orderId,
      job().finally(() => inHand.delete(orderId)),
    )
  }

  return {
    /** An order that is open to everybody. */
    offered: (orderId: string) => begin(orderId, () => take(orderId)),
    /** An order that is this vendor's and that nobody works on: it was assigned, or the answer to a claim was lost. */
    found: (orderId: string, status: OrderStatus, version: number) =>
      begin(orderId, () => carryOn(orderId, status, version)),
    /** Resolves when nothing is in hand. */
    async done() {
      while (inHand.size > 0) await Promise.all(inHand.values())
    },
  }
}
