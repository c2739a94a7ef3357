import { batch, signal } from '@preact/signals'
import type { Order } from '#shared/orders.ts'
import { ApiError, isTransient } from '../session/api-error.ts'
import { createRetryTimer, type SetTimer } from '../../live/retry.ts'
import type { OfflineChanges } from './offline-changes.ts'
import { isPayment, type PendingChange } from '../orders/pending-changes.ts'
import { readOnly } from '../../live/read-only.ts'

/** `waiting`: for a connection. */
export type SendResult = 'done' | 'waiting' | 'refused'

export interface OutboxDependencies {
  send(change: PendingChange): Promise<Order>
  /** Where changes wait for a connection. null: a change that cannot be sent at once is refused. */
  offlineChanges: OfflineChanges | null
  done(change: PendingChange, order: Order): void
  /** The first change was refused; the others of the same order depend on it and are dropped, unless it is a payment. Returns the reason as a text. */
  refused(error: unknown, changes: readonly PendingChange[]): string
  setTimer?: SetTimer
}

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Changes on their way to the server: those of one order are sent one after the other, oldest first; different orders in
 * parallel. A change that cannot be sent is stored and sent later, and dropped only when the server refuses it. The
 * server applies a change once, however often it is sent (`commandId`).
 */
export function createOutbox({ send, offlineChanges, done, refused, setTimer }: OutboxDependencies) {
  const pending = signal<readonly PendingChange[]>([])
  /** Changes that waited, were then refused, and whose refusal has not been read. */
  const unread = signal<readonly PendingChange[]>([])
  const sending = new Map<string, Promise<void>>()
  /** Results of this page: other tabs, or a slow write, may still have these changes in the store. */
  const settled = new Map<string, SendResult>()
  const retryTimer = createRetryTimer({ first: 500, most: 8_000 }, setTimer)
  let stopped = false

  const first = (orderId: string) => pending.peek().find((change) => change.orderId === orderId)
  const idsOf = (changes: readonly PendingChange[]) => changes.map(({ commandId }) => commandId)

  /** Without a working IndexedDB, changes wait in this page only. */
  const store = (write: (changes: OfflineChanges) => Promise<void>) =>
    void (offlineChanges && write(offlineChanges).catch(() => {}))

  function settle(changes: readonly PendingChange[], result: SendResult) {
    for (const { commandId } of changes) settled.set(commandId, result)
    pending.value = pending.peek().filter((change) => !settled.has(change.commandId))
  }

  function replace(change: PendingChange) {
    pending.value = pending.peek().map((one) => (one.commandId === change.commandId ? change : one))
    store((changes) => changes.put(change))
  }

  function accept(change: PendingChange, order: Order) {
    settle([change], 'done')
    store((changes) => changes.remove([change.commandId]))
    // The next change follows this one, whose version is higher than expected if a name has changed meanwhile.
    const next = first(change.orderId)
    if (next && next.version !== order.version) replace({ ...next, version: order.version })
    done(change, order)
  }

  /** A refused payment leads to no version, and the change that follows does not depend on it. */
  function stepOver({ commandId, orderId, version }: PendingChange) {
    const next = pending.peek().find((one) => one.orderId === orderId && one.commandId !== commandId)
    if (next) replace({ ...next, version })
  }

  /** A change that has waited is stored with the reason until it is read: the person may be on another page by now. */
  function refuse(error: unknown, changes: readonly PendingChange[]) {
    settle(changes, 'refused')
    const reason = refused(error, changes)
    if (!offlineChanges || !changes[0]?.late) return store((stored) => stored.remove(idsOf(changes)))
    const withReason = changes.map((change) => ({ ...change, refused: reason }))
    unread.value = [...unread.peek(), ...withReason]
    for (const change of withReason) store((stored) => stored.put(change))
  }

  /** At most one run for each order. */
  function sendInOrder(orderId: string): Promise<void> {
    const run = sending.get(orderId) ?? Promise.resolve(orderId).then(sendAll)
    sending.set(orderId, run)
    return run
  }

  async function sendAll(orderId: string): Promise<void> {
    for (let change = first(orderId); change && !stopped; change = first(orderId)) {
      const current = change
      try {
        const order = await send(current)
        retryTimer.succeeded()
        // In one batch, so that no intermediate state is rendered.
        batch(() => accept(current, order))
      } catch (error) {
        // It stays stored; the next start sends it again and receives the result.
        if (stopped) break
        if (offlineChanges && canWait(error)) {
          for (const one of pending.peek()) if (one.orderId === orderId && !one.late) replace({ ...one, late: true })
          // One attempt for all orders.
          if (!retryTimer.isPending()) retryTimer.failed(() => void sendWaiting())
          break
        }
        batch(() => {
          if (isPayment(current)) stepOver(current)
          refuse(error, isPayment(current) ? [current] : pending.peek().filter((one) => one.orderId === orderId))
        })
      }
    }
    sending.delete(orderId)
  }

  const sendWaiting = () => Promise.all([...new Set(pending.peek().map(({ orderId }) => orderId))].map(sendInOrder))

  /** Loads the changes that earlier pages and other tabs have stored. */
  async function loadStored(): Promise<void> {
    const stored = (await offlineChanges?.all().catch(() => [])) ?? []
    if (stopped) return
    const loaded = new Set([...idsOf(pending.peek()), ...idsOf(unread.peek()), ...settled.keys()])
    const found = stored.filter(({ commandId }) => !loaded.has(commandId))
    const waiting = found.filter((change) => change.refused === undefined).map((change) => ({ ...change, late: true }))
    batch(() => {
      if (waiting.length > 0) pending.value = [...waiting, ...pending.peek()]
      const withReason = found.filter((change) => change.refused !== undefined)
      if (withReason.length > 0) unread.value = [...withReason, ...unread.peek()]
    })
  }

  return {
    /** Every change without a result, oldest first. */
    pending: readOnly<readonly PendingChange[]>(pending),
    /** Changes that waited, were then refused, and whose refusal has not been read. */
    unread: readOnly<readonly PendingChange[]>(unread),
    forget(changes: readonly PendingChange[]): void {
      unread.value = unread.peek().filter((change) => !changes.includes(change))
      store((stored) => stored.remove(idsOf(changes)))
    },
    /** Resolves after the first attempt. Never rejects. */
    async add(change: PendingChange): Promise<SendResult> {
      pending.value = [...pending.peek(), change]
      store((changes) => changes.put(change))
      await sendInOrder(change.orderId)
      return settled.get(change.commandId) ?? 'waiting'
    },
    /** Called when there may be a connection: sends the waiting changes of this page and of earlier ones. */
    async flush(): Promise<void> {
      await Promise.all([sendWaiting(), loadStored().then(sendWaiting)])
    },
    /** Called when the person signs out: nothing is sent any more. Waiting changes stay stored for the next sign-in. */
    stop: () => void (stopped = true),
  }
}

/** Only a refusal is final: after any other failure the server may have applied the change, or may apply it later. */
const canWait = (error: unknown) => !(error instanceof ApiError) || isTransient(error)
