import { setTimeout as sleep } from 'node:timers/promises'
import { forwardFrom, type OrderStatus } from '#shared/order-status.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import type { Counters } from '../counters.ts'

export interface Command {
  status: OrderStatus
  commandId: string
  version?: number
  reason?: string
  note?: string
  occurredAt?: string
}

/** `version`: the order's current version, if the response contains it. */
export type CommandResult = { ok: true; version: number } | { ok: false; code: string; version?: number }

export interface VendorJobsOptions {
  vendorId: string
  name: string
  random: Random
  acknowledgements: Pick<Acknowledgements, 'changed'>
  counters: Pick<Counters, 'changes' | 'refusals' | 'failures' | 'reopened'>
  /** Sends a command until there is a definite result; null if the retries were given up. */
  send(orderId: string, command: Command): Promise<CommandResult | null>
  /** Whether commands arrive in the order sent, so that several may be in flight. */
  ordered: boolean
  /** The order is pending again. */
  onReleased(orderId: string): void
  isFinishing(): boolean
}

export type VendorJobs = ReturnType<typeof createVendorJobs>

/** All vendors decline every twelfth order. The id decides, so that all choose the same ones. */
const isUnwanted = (orderId: string) => [...orderId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 12 === 0

/** A vendor's jobs: claims offered orders and takes them through their statuses, over REST or MQTT. */
export function createVendorJobs(options: VendorJobsOptions) {
  const { vendorId, name, random, acknowledgements, counters, send, ordered, onReleased, isFinishing } = options
  const { actors } = config
  const activeJobs = new Map<string, Promise<void>>()
  let lastCommand = 0

  async function sendStatus(orderId: string, status: OrderStatus, version?: number): Promise<CommandResult | null> {
    const commandId = `${name}-${++lastCommand}`
    const withReason = status === 'pending' || status === 'rejected' || status === 'failed'
    const result = await send(orderId, {
      status,
      commandId,
      // The history keeps the note, so the comparison finds each command there.
      ...(withReason ? { reason: commandId } : { note: commandId }),
      ...(version === undefined || random.chance(0.2) ? {} : { version }),
      ...(random.chance(0.3) ? { occurredAt: new Date(Date.now() - random.below(3_000)).toISOString() } : {}),
    })
    if (result?.ok) {
      counters.changes++
      acknowledgements.changed({ orderId, by: vendorId, status, commandId, version: null })
    } else counters.refusals++
    return result
  }

  /** Ends the order as failed; undoes that in most cases, and resolves to the version then. */
  async function fail(orderId: string, from: OrderStatus, version: number | undefined): Promise<number | null> {
    const failed = await sendStatus(orderId, 'failed', version)
    if (!failed?.ok) return null
    counters.failures++
    if (random.chance(0.3)) return null
    const reopened = await sendStatus(orderId, from, failed.version)
    if (!reopened?.ok) return null
    counters.reopened++
    return reopened.version
  }

  /** Continues from a status until the order is completed, failed, released or taken away. */
  async function continueJob(orderId: string, from: OrderStatus, knownVersion?: number) {
    let status = from
    let version = knownVersion
    for (let conflicts = 0; !isFinishing();) {
      await sleep(within(random, actors.commandEvery))
      const releases = status !== 'in_progress' && random.chance(0.07)
      const next = releases ? 'pending' : forwardFrom(status)
      if (!next || isFinishing()) return
      if (status !== 'accepted' && random.chance(0.12)) {
        const reopened = await fail(orderId, status, version)
        if (reopened === null) return
        version = reopened
        continue
      }
      const result = await sendStatus(orderId, next, version)
      if (result?.ok) {
        if (next === 'pending') return onReleased(orderId)
        status = next
        version = result.version
      } else if (result?.code === 'version_conflict' && result.version && ++conflicts < 3) {
        version = result.version
      } else return
    }
  }

  async function claim(orderId: string) {
    if (isUnwanted(orderId) || random.chance(0.05)) return void (await sendStatus(orderId, 'rejected'))
    if (ordered && random.chance(actors.pipelined)) {
      const commands = (['accepted', 'on_the_way', 'in_progress', 'completed'] as const).slice(0, 2 + random.below(3))
      return void (await Promise.all(commands.map((status) => sendStatus(orderId, status))))
    }
    const result = await sendStatus(orderId, 'accepted')
    if (result?.ok) await continueJob(orderId, 'accepted', result.version)
  }

  function startJob(orderId: string, job: () => Promise<void>) {
    if (isFinishing() || activeJobs.has(orderId) || activeJobs.size >= actors.maxJobs) return
    activeJobs.set(
      orderId,
      job().finally(() => activeJobs.delete(orderId)),
    )
  }

  return {
    /** A pending order. */
    offer: (orderId: string) => startJob(orderId, () => claim(orderId)),
    /** An order of this vendor without a running job: it was assigned, or the response to a claim was lost. */
    resume: (orderId: string, status: OrderStatus, version: number) =>
      startJob(orderId, () => continueJob(orderId, status, version)),
    /** Resolves when no job is running. */
    async done() {
      while (activeJobs.size > 0) await Promise.all(activeJobs.values())
    },
  }
}
