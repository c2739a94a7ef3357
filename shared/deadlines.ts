import * as z from 'zod/mini'
import { id, timestamp } from './fields.ts'
import type { OrderStatus } from './order-status.ts'

/** What an order can be late with, in the order in which it happens. */
export const deadlineKinds = ['accept', 'arrive', 'finish'] as const
export type DeadlineKind = (typeof deadlineKinds)[number]

/** The names of a service's deadlines, in the same order. */
export const deadlineNames = ['acceptWithin', 'arriveWithin', 'finishWithin'] as const

const minutes = z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(60 * 24 * 30))))

/** Of a service, in minutes; null or absent: none. */
export const Deadlines = z.strictObject({ acceptWithin: minutes, arriveWithin: minutes, finishWithin: minutes })
export type Deadlines = z.infer<typeof Deadlines>

/** An order that is late: the retained payload of `alerts/{kind}/{orderId}`. `since`: when it should have happened. */
export const Alert = z.object({ kind: z.enum(deadlineKinds), orderId: id, number: z.string(), since: timestamp })
export type Alert = z.infer<typeof Alert>

/** The answer of `GET /alerts`: those that are not acknowledged, the latest order first. */
export const AlertList = z.object({ alerts: z.array(Alert) })
export type AlertList = z.infer<typeof AlertList>

/** What an order in a status waits for; it waits for nothing in the others. */
const awaited: Partial<Record<OrderStatus, DeadlineKind>> = {
  pending: 'accept',
  accepted: 'arrive',
  on_the_way: 'arrive',
  in_progress: 'finish',
}

/** What an order in this status may be late with; undefined: nothing. */
export const awaitedIn = (status: OrderStatus): DeadlineKind | undefined => awaited[status]

/** What the rule reads of an order. */
export interface TimedOrder {
  status: OrderStatus
  scheduledFor: string | null
  items: readonly { serviceId: string; quantity: number }[]
  history: readonly { status: OrderStatus; at: string; assigned?: object }[]
  /** In the last round of its offer, known to the server: when it ends. */
  offer?: { last?: boolean; until: string | null }
}

/** `begun`: the version with which the order began to wait. */
export interface Deadline {
  kind: DeadlineKind
  begun: number
  dueAt: string
}

const shortest = (given: readonly number[]): number | null => (given.length > 0 ? Math.min(...given) : null)

/** Of several services the shortest time counts; for the work all of it, and none if the time of a service is not known. */
function minutesFor(kind: DeadlineKind, items: TimedOrder['items'], services: ReadonlyMap<string, Deadlines>) {
  const own = items.map(({ serviceId, quantity }) => ({ quantity, ...services.get(serviceId) }))
  if (kind === 'accept') return shortest(own.flatMap(({ acceptWithin }) => acceptWithin ?? []))
  if (kind === 'arrive') return shortest(own.flatMap(({ arriveWithin }) => arriveWithin ?? []))
  return own.reduce<number | null>(
    (sum, { finishWithin, quantity }) => (sum === null || !finishWithin ? null : sum + finishWithin * quantity),
    0,
  )
}

/**
 * The deadline that the order has now; null without one. *accept* counts from the moment at which the order is offered, also
 * before an appointment: an admin can still find a vendor. It ends with the last round of the offer, if that is earlier. *arrive* counts from the acceptance, or from a later
 * appointment, to the start of work; *finish* from there. A release and an assignment begin anew.
 */
export function deadlineOf(order: TimedOrder, services: ReadonlyMap<string, Deadlines>): Deadline | null {
  const { status, scheduledFor, items, history } = order
  const kind = awaited[status]
  const within = kind && minutesFor(kind, items, services)
  const lastRound = kind === 'accept' && order.offer?.last ? order.offer.until : null
  if (!kind || !(within || lastRound)) return null
  const begun = history.findLastIndex((entry, n) => {
    const before = history[n - 1]
    return (
      awaited[entry.status] === kind && (!before || awaited[before.status] !== kind || entry.assigned !== undefined)
    )
  })
  const from = Date.parse(history[begun]?.at ?? '')
  if (Number.isNaN(from)) return null
  const start = kind === 'arrive' && scheduledFor !== null ? Math.max(from, Date.parse(scheduledFor)) : from
  const ends = [...(within ? [start + within * 60_000] : []), ...(lastRound ? [Date.parse(lastRound)] : [])]
  return { kind, begun: begun + 1, dueAt: new Date(Math.min(...ends)).toISOString() }
}
