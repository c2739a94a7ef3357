import { batch, signal, type ReadonlySignal } from '@preact/signals'
import type { Order } from '#shared/orders.ts'
import { ApiError, isTransient } from '../session/api-error.ts'
import { createRetryTimer, type Later } from '../sync/retry.ts'
import type { OfflineChanges } from './offline-changes.ts'
import type { PendingChange } from '../orders/pending-changes.ts'

/** What came of a step as far as is known: `waiting` for a connection. */
export type Outcome = 'done' | 'waiting' | 'refused'

export interface OutboxDependencies {
  send(step: PendingChange): Promise<Order>
  /** null: here nothing waits; what cannot be sent at once is refused. */
  kept: OfflineChanges | null
  done(step: PendingChange, answer: Order): void
  /**
   * The first was refused; the others, of the same order, were to follow it and are given up with it. Answers why, in
   * words.
   */
  refused(error: unknown, steps: readonly PendingChange[]): string
  later?: Later
}

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Steps on their way to the server: of one order one after the other, in the order in which they were taken, of
 * different orders side by side. What cannot be sent is kept and sent later, and given up only when the server refuses
 * it. Sent twice, by another tab or because an answer was lost, it is applied once (`commandId`).
 */
export function createOutbox({ send, kept, done, refused, later }: OutboxDependencies) {
  const steps = signal<readonly PendingChange[]>([])
  /** Those that had waited and were then refused. */
  const unread = signal<readonly PendingChange[]>([])
  const lanes = new Map<string, Promise<void>>()
  /** Steps that are settled here: what another tab, or a slow disk, still holds of them is old. */
  const settled = new Map<string, Outcome>()
  const retryTimer = createRetryTimer({ first: 500, most: 8_000 }, later)
  let stopped = false

  const first = (orderId: string) => steps.peek().find((step) => step.orderId === orderId)
  const idsOf = (some: readonly PendingChange[]) => some.map(({ commandId }) => commandId)

  /** Kept on the disk as well; that the disk is full or forbidden stops nobody from working. */
  const keep = (change: (on: OfflineChanges) => Promise<void>) => void (kept && change(kept).catch(() => {}))

  function settle(gone: readonly PendingChange[], outcome: Outcome) {
    for (const { commandId } of gone) settled.set(commandId, outcome)
    steps.value = steps.peek().filter((step) => !settled.has(step.commandId))
  }

  function replace(step: PendingChange) {
    steps.value = steps.peek().map((one) => (one.commandId === step.commandId ? step : one))
    keep((on) => on.put(step))
  }

  function applied(step: PendingChange, answer: Order) {
    settle([step], 'done')
    keep((on) => on.remove([step.commandId]))
    const next = first(step.orderId)
    if (next?.version === null) replace({ ...next, version: answer.version })
    done(step, answer)
  }

  /** What had waited is kept with the reason until somebody has read it: they may be looking elsewhere by now. */
  function giveUp(error: unknown, given: readonly PendingChange[]) {
    settle(given, 'refused')
    const why = refused(error, given)
    if (!kept || !given[0]?.late) return keep((on) => on.remove(idsOf(given)))
    const told = given.map((step) => ({ ...step, refused: why }))
    unread.value = [...unread.peek(), ...told]
    for (const step of told) keep((on) => on.put(step))
  }

  function lane(orderId: string): Promise<void> {
    const running = lanes.get(orderId) ?? Promise.resolve(orderId).then(sendAll)
    lanes.set(orderId, running)
    return running
  }

  async function sendAll(orderId: string): Promise<void> {
    for (let step = first(orderId); step && !stopped; step = first(orderId)) {
      const sending = step
      try {
        const answer = await send(sending)
        retryTimer.succeeded()
        // At once, so that nobody sees the order as it was in between.
        batch(() => applied(sending, answer))
      } catch (error) {
        // Whoever comes back sends it again, and hears then what comes of it.
        if (stopped) break
        if (kept && canWait(error)) {
          for (const one of steps.peek()) if (one.orderId === orderId && !one.late) replace({ ...one, late: true })
          // One attempt for all orders.
          if (!retryTimer.isPending()) retryTimer.failed(() => void sendWaiting())
          break
        }
        batch(() =>
          giveUp(
            error,
            steps.peek().filter((one) => one.orderId === orderId),
          ),
        )
      }
    }
    lanes.delete(orderId)
  }

  const sendWaiting = () => Promise.all([...new Set(steps.peek().map(({ orderId }) => orderId))].map(lane))

  /** Takes up what the pages before this one, and other tabs, have left. */
  async function takeUp(): Promise<void> {
    const left = (await kept?.all().catch(() => [])) ?? []
    if (stopped) return
    const known = new Set([...idsOf(steps.peek()), ...idsOf(unread.peek()), ...settled.keys()])
    const found = left.filter(({ commandId }) => !known.has(commandId))
    const waiting = found.filter((step) => step.refused === undefined).map((step) => ({ ...step, late: true }))
    batch(() => {
      if (waiting.length > 0) steps.value = [...waiting, ...steps.peek()]
      const told = found.filter((step) => step.refused !== undefined)
      if (told.length > 0) unread.value = [...told, ...unread.peek()]
    })
  }

  return {
    /** Everything that is not settled, oldest first. */
    steps: steps as ReadonlySignal<readonly PendingChange[]>,
    /** What had waited, was then refused, and has not been read. */
    unread: unread as ReadonlySignal<readonly PendingChange[]>,
    forget(some: readonly PendingChange[]): void {
      unread.value = unread.peek().filter((step) => !some.includes(step))
      keep((on) => on.remove(idsOf(some)))
    },
    /** Resolves once it was tried. Never rejects. */
    async add(step: PendingChange): Promise<Outcome> {
      steps.value = [...steps.peek(), step]
      keep((on) => on.put(step))
      await lane(step.orderId)
      return settled.get(step.commandId) ?? 'waiting'
    },
    /** There may be a connection: sends what waits, of this page and of those before it. */
    async flush(): Promise<void> {
      await Promise.all([sendWaiting(), takeUp().then(sendWaiting)])
    },
    /** Its person has left: from here on nothing is sent. What waits is kept for their return. */
    stop: () => void (stopped = true),
  }
}

/** Only an answer that refuses it ends a step: after anything else it may have been applied, or may be yet. */
const canWait = (error: unknown) => !(error instanceof ApiError) || isTransient(error)
