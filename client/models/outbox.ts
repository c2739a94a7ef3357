import { batch, signal, type ReadonlySignal } from '@preact/signals'
import type { Order } from '#shared/orders.ts'
import { mayPass } from './api-error.ts'
import { backOff } from './back-off.ts'
import type { KeptSteps } from './kept-steps.ts'
import type { Step } from './steps.ts'

/** What came of a step as far as is known: `waiting` for a connection. */
export type Outcome = 'done' | 'waiting' | 'refused'

export interface OutboxDependencies {
  send(step: Step): Promise<Order>
  /** null: here nothing waits; what cannot be sent at once is refused. */
  kept: KeptSteps | null
  done(step: Step, answer: Order): void
  /** The first was refused; the others, of the same order, were to follow it and are given up with it. */
  refused(error: unknown, steps: readonly Step[]): void
  later?: (work: () => void, milliseconds: number) => unknown
}

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Steps on their way to the server: of one order one after the other, in the order in which they were taken, of
 * different orders side by side. What cannot be sent is kept and sent later, and given up only when the server refuses
 * it. Sent twice, by another tab or because an answer was lost, it is applied once (`commandId`).
 */
export function createOutbox({ send, kept, done, refused, later = setTimeout }: OutboxDependencies) {
  const steps = signal<readonly Step[]>([])
  const lanes = new Map<string, Promise<void>>()
  /** Steps that are settled here: what another tab, or a slow disk, still holds of them is old. */
  const settled = new Map<string, Outcome>()
  let failures = 0
  let scheduled = false

  const first = (orderId: string) => steps.peek().find((step) => step.orderId === orderId)

  /** Kept on the disk as well; that the disk is full or forbidden stops nobody from working. */
  const keep = (work: (on: KeptSteps) => Promise<void>) => void (kept && work(kept).catch(() => {}))

  function settle(gone: readonly Step[], outcome: Outcome) {
    for (const { commandId } of gone) settled.set(commandId, outcome)
    steps.value = steps.peek().filter((step) => !settled.has(step.commandId))
    keep((on) => on.remove(gone.map(({ commandId }) => commandId)))
  }

  function replace(step: Step) {
    steps.value = steps.peek().map((one) => (one.commandId === step.commandId ? step : one))
    keep((on) => on.put(step))
  }

  function lane(orderId: string): Promise<void> {
    const running = lanes.get(orderId) ?? Promise.resolve(orderId).then(sendAll)
    lanes.set(orderId, running)
    return running
  }

  async function sendAll(orderId: string): Promise<void> {
    for (let step = first(orderId); step; step = first(orderId)) {
      try {
        const answer = await send(step)
        failures = 0
        // At once, so that nobody sees the order as it was in between.
        batch(() => {
          settle([step], 'done')
          const next = first(orderId)
          if (next?.version === null) replace({ ...next, version: answer.version })
          done(step, answer)
        })
      } catch (error) {
        if (kept && mayPass(error)) {
          for (const one of steps.peek()) if (one.orderId === orderId && !one.late) replace({ ...one, late: true })
          retry()
          break
        }
        const given = steps.peek().filter((one) => one.orderId === orderId)
        batch(() => {
          settle(given, 'refused')
          refused(error, given)
        })
      }
    }
    lanes.delete(orderId)
  }

  function retry() {
    if (scheduled) return
    scheduled = true
    later(
      () => {
        scheduled = false
        void flush()
      },
      backOff(failures++, { first: 500, most: 8_000 }),
    )
  }

  /** Sends what waits, of this page and of those before it. */
  async function flush(): Promise<void> {
    const older = (await kept?.all().catch(() => [])) ?? []
    const known = new Set(steps.peek().map(({ commandId }) => commandId))
    const found = older.filter(({ commandId }) => !known.has(commandId) && !settled.has(commandId))
    if (found.length > 0) steps.value = [...found.map((step) => ({ ...step, late: true })), ...steps.peek()]
    await Promise.all([...new Set(steps.peek().map(({ orderId }) => orderId))].map(lane))
  }

  return {
    /** Everything that is not settled, oldest first. */
    steps: steps as ReadonlySignal<readonly Step[]>,
    /** Resolves once it was tried. Never rejects. */
    async add(step: Step): Promise<Outcome> {
      steps.value = [...steps.peek(), step]
      keep((on) => on.put(step))
      await lane(step.orderId)
      return settled.get(step.commandId) ?? 'waiting'
    },
    flush,
  }
}
