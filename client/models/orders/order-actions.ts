import { computed, effect, signal } from '@preact/signals'
import type { Actor } from '#shared/actors.ts'
import { assignedStatus, nextTransitions, type OrderAction, type OrderStatus } from '#shared/order-status.ts'
import { Order, OrderEvent } from '#shared/orders.ts'
import { isStatusOutdated, statusEntries } from '#shared/order-history.ts'
import { t } from '../../i18n/index.ts'
import { ApiError, messageOf, type FailureCode } from '../session/api-error.ts'
import type { Api } from '../../live/api.ts'
import { clock } from '../sync/clock.ts'
import type { FileDraft, HeldFiles } from '../files/held-files.ts'
import type { OfflineChanges } from '../offline/offline-changes.ts'
import { showNotice, type NoticeAction } from '../ui/notices.ts'
import type { Orders } from '../../live/orders.ts'
import { createOutbox } from '../offline/outbox.ts'
import { randomKey } from '../session/random-key.ts'
import { applyPending, isPayment, paymentOf, requestOf, type PendingChange } from './pending-changes.ts'
import { noteOf } from './progress.ts'
import { readOnly } from '../../live/read-only.ts'

export interface OrderActionsDependencies {
  me: Actor
  api: Pick<Api, 'patch' | 'post' | 'put'>
  orders: Orders
  /** The pictures of changes; null: changes have none. */
  held?: Pick<HeldFiles, 'hold' | 'send' | 'release'> | null
  /** Stores changes while there is no connection; null: a change that cannot be sent is reverted. */
  offlineChanges: OfflineChanges | null
  /** Shows a notice. */
  notify?: typeof showNotice
  now?: () => number
  setTimer?: (work: () => void, milliseconds: number) => unknown
}

/** Changes of one order that waited for a connection and were then refused. */
export interface Conflict {
  /** Oldest first: the server refused the first; the others depended on it. */
  changes: readonly PendingChange[]
  reason: string
}

/** `code`: null for an error that has none. */
export interface Refusal {
  code: FailureCode | null
  text: string
}

/** What a dialog asks for. */
export interface ChangeInput {
  reason?: string
  note?: string
  pin?: string
  files?: readonly FileDraft[]
}

export type OrderActions = ReturnType<typeof createOrderActions>

/** A second tap within this time, in ms, is ignored: the button has become the next action's meanwhile. */
const doubleTapDelay = 500

/**
 * Sends the user's changes of orders. A change is shown at once; a refusal reverts it, shows the reason and the current
 * order. Without a connection a vendor's changes wait; those of other roles do not, as they were made on outdated orders.
 */
export function createOrderActions({
  me,
  api,
  orders,
  held = null,
  offlineChanges,
  notify = showNotice,
  now = clock.now,
  setTimer = setTimeout,
}: OrderActionsDependencies) {
  const sending = signal<ReadonlySet<string>>(new Set())
  /** Why the last change of an order was refused. */
  const refusals = new Map<string, Refusal>()
  const outbox = createOutbox({ send, offlineChanges, done, refused, setTimer })

  /** Sends it once more when only details were corrected since the version that the person saw. */
  async function send(change: PendingChange): Promise<Order> {
    try {
      await held?.send(change.orderId, change.files ?? [])
      return await request(change)
    } catch (error) {
      const version = versionAfterCorrections(error, change)
      if (version === null) throw error
      return send({ ...change, version })
    }
  }

  function request(change: PendingChange): Promise<Order> {
    const path = `/orders/${encodeURIComponent(change.orderId)}`
    const { vendorId, version, reason } = change
    if (isPayment(change)) return api.put(`${path}/payment`, Order, paymentOf(change))
    if (vendorId === undefined) return api.patch(`${path}/status`, Order, requestOf(change))
    return api.post(`${path}/assign`, Order, {
      vendorId,
      ...(reason ? { reason } : {}),
      ...(version === null ? {} : { version }),
    })
  }

  function done({ action, orderId, late, files = [] }: PendingChange, updated: Order) {
    held?.release(files)
    // A declined order stays open for other vendors; only this vendor's list loses it.
    if (action === 'decline') orders.dismiss(orderId, updated.version, t().orders.leaving.declined)
    else orders.apply(updated)
    const text = action === 'pay' ? t().payments.changed.paid : t().orders.done[action]
    notify(late ? t().offline.sent(updated.number, text) : text, 'done', action === 'pay' ? undefined : undoOf(updated))
  }

  /** A vendor takes back what ended the order; an admin reopens it on its page. */
  function undoOf(order: Order): NoticeAction | undefined {
    const rows = me.role === 'vendor' ? nextTransitions(me, order, now()) : []
    const row = rows.find(({ action }) => action === 'reopen')
    return row && { label: t().vendor.undo, run: () => void takeStep(order, row.action, row.to) }
  }

  function refused(error: unknown, changes: readonly PendingChange[]): string {
    const [change] = changes
    const reason = reasonOf(error)
    for (const { files = [] } of changes) held?.release(files)
    if (change) refusals.set(change.orderId, { code: error instanceof ApiError ? error.code : null, text: reason })
    if (error instanceof ApiError && change) applyRefusal(error, change)
    // The refusal of a change that had waited is shown among the conflicts instead.
    if (!offlineChanges || !change?.late) notify(reason, 'problem')
    return reason
  }

  const conflicts = computed(() => {
    const orderIds = [...new Set(outbox.unread.value.map(({ orderId }) => orderId))]
    return orderIds.map((id): Conflict => {
      const changes = outbox.unread.value.filter(({ orderId }) => orderId === id)
      return { changes, reason: changes.at(-1)?.refused ?? '' }
    })
  })

  /** The reason of a refusal, in terms of the order rather than of the rules. */
  function reasonOf(error: unknown): string {
    if (!(error instanceof ApiError)) return messageOf(error)
    const texts = t().orders.refused
    const current = Order.safeParse(error.problem.order).data
    if (error.code === 'not_found') return texts.notYours
    if (error.code !== 'invalid_transition' || !current) return messageOf(error)
    const note = noteOf(statusEntries(current.history).at(-1))
    const status = t().orders.status[current.status]
    return note ? texts.statusNowBecause(status, note) : texts.statusNow(status)
  }

  /** Applies the current order that came with a refusal. */
  function applyRefusal({ code, problem }: ApiError, { orderId }: PendingChange): void {
    const current = OrderEvent.safeParse(problem.order)
    const version = orders.confirmed(orderId)?.version ?? 0
    const texts = t().orders.leaving
    if (code === 'already_taken') orders.dismiss(orderId, current.data?.version ?? version, texts.taken)
    else if (code === 'not_found') orders.dismiss(orderId, version, texts.unavailable)
    else if (current.success) orders.apply(current.data)
  }

  /** Shows every order with its pending changes applied. */
  let optimisticIds = new Set<string>()
  const stopShowing = effect(() => {
    const pending = outbox.pending.value
    const pendingIds = new Set(pending.map(({ orderId }) => orderId))
    for (const id of optimisticIds) if (!pendingIds.has(id)) orders.applyOptimistic(id, null)
    for (const id of pendingIds) {
      const own = pending.filter(({ orderId }) => orderId === id)
      orders.applyOptimistic(id, (order) => applyPending(order, own, me))
    }
    optimisticIds = pendingIds
  })

  async function attempt(change: PendingChange): Promise<boolean> {
    const { orderId, action } = change
    // The button that reopens an order is in a notice, not in the place of the one that ended it.
    if (sending.peek().has(orderId) && action !== 'reopen') return false
    sending.value = new Set(sending.peek()).add(orderId)
    refusals.delete(orderId)
    const outcome = outbox.add(change)
    const settled = new Promise<void>((resolve) => void setTimer(resolve, doubleTapDelay))
    void Promise.all([outcome, settled]).then(() => {
      const rest = new Set(sending.peek())
      rest.delete(orderId)
      sending.value = rest
    })
    if ((await outcome) === 'waiting') notify(t().offline.willBeSent, 'waiting')
    return (await outcome) !== 'refused'
  }

  /** `order`: as shown, with the pending changes that this one follows. */
  function pendingChange(
    order: Order,
    action: PendingChange['action'],
    status: OrderStatus,
    more: Partial<PendingChange>,
  ): PendingChange {
    const before = outbox.pending.peek().findLast(({ orderId }) => orderId === order.id)
    // Other vendors may have declined the offer meanwhile, so accepting and declining depend on no version.
    const seen = action === 'accept' || action === 'decline' ? null : order.version
    return {
      commandId: randomKey(),
      orderId: order.id,
      number: order.number,
      action,
      status,
      version: before ? before.version && before.version + 1 : seen,
      occurredAt: new Date(now()).toISOString(),
      late: false,
      ...more,
    }
  }

  const takeStep = (
    order: Order,
    action: OrderAction,
    status: OrderStatus,
    { files: drafts = [], ...texts }: ChangeInput = {},
  ) => {
    const files = held?.hold(drafts) ?? []
    return attempt(pendingChange(order, action, status, { ...texts, ...(files.length > 0 && { files }) }))
  }

  return {
    /** The ids of orders with a change being sent. */
    sending: readOnly<ReadonlySet<string>>(sending),
    /** The changes that wait for a connection, oldest first. */
    pending: outbox.pending,
    conflicts,
    /** Removes a conflict that the user has read. */
    forget: ({ changes }: Conflict) => outbox.forget(changes),
    /** Resolves to whether the change was made or waits to be sent. Never rejects; notices show the outcome. */
    change: takeStep,
    /** Why the last change of an order was refused; null when it was not. */
    refusalOf: (orderId: string): Refusal | null => refusals.get(orderId) ?? null,
    assign: (order: Order, vendorId: string, reason?: string) =>
      attempt(pendingChange(order, 'assign', assignedStatus, { vendorId, ...(reason ? { reason } : {}) })),
    /** The vendor has taken cash. `tip`: in minor units. */
    takeCash: (order: Order, tip?: number) => attempt(pendingChange(order, 'pay', order.status, tip ? { tip } : {})),
    /** Sends the waiting changes, once there is a connection. */
    flush: outbox.flush,
    stop(): void {
      outbox.stop()
      stopShowing()
    },
  }
}

/** The order's version, when a change was refused for corrections alone; else null. */
function versionAfterCorrections(error: unknown, { version: seen }: PendingChange): number | null {
  if (seen === null || !(error instanceof ApiError) || error.code !== 'version_conflict') return null
  const current = Order.safeParse(error.problem.order).data
  return current && !isStatusOutdated(current, seen) ? current.version : null
}
