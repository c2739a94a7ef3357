import * as z from 'zod/mini'
import { currency, id, timestamp } from './fields.ts'
import { ExportQuery } from './order-input.ts'
import { orderStatuses, type OrderStatus } from './order-status.ts'

/**
 * What is measured of each order: the time between two statuses of the way to completion. `waiting` begins when the order
 * is placed. `fulfilment` is the time from acceptance to completion.
 */
export const durationSteps = {
  waiting: ['pending', 'accepted'],
  driving: ['on_the_way', 'in_progress'],
  working: ['in_progress', 'completed'],
  fulfilment: ['accepted', 'completed'],
} as const satisfies Record<string, readonly [OrderStatus, OrderStatus]>

export type DurationName = keyof typeof durationSteps

const count = z.int().check(z.minimum(0))

/** By status; a status without orders is absent. */
export const StatusCounts = z.partialRecord(z.enum(orderStatuses), count)
export type StatusCounts = z.infer<typeof StatusCounts>

/** In seconds, at most 5 % off; null while no order has got so far. `count`: the orders that were measured. */
export const Duration = z.object({ count, median: z.nullable(z.number()), p90: z.nullable(z.number()) })
export type Duration = z.infer<typeof Duration>

/** `stars`: how many orders have one star, two … `average`: with one decimal, null without a rating. */
export const RatingFigures = z.object({ count, average: z.nullable(z.number()), stars: z.array(count) })
export type RatingFigures = z.infer<typeof RatingFigures>

/** `total`: the number of orders. `revenue`: of completed orders, in minor units, by currency. */
const figures = {
  total: count,
  statuses: StatusCounts,
  revenue: z.array(z.object({ currency, amount: z.int() })),
  durations: z.object({ waiting: Duration, driving: Duration, working: Duration, fulfilment: Duration }),
  ratings: RatingFigures,
}

export const Figures = z.object(figures)
export type Figures = z.infer<typeof Figures>

export const FiguresOf = z.object({ id, name: z.nullable(z.string()), ...figures })
export type FiguresOf = z.infer<typeof FiguresOf>

/**
 * The figures of the orders that were placed between `from` (inclusive) and `to` (exclusive), as those orders are now.
 * `hours`: orders by the hour in which they were placed, without the hours that had none. `vendors`: by the order's
 * vendor. `services`: an order with several services counts for each, with the revenue of its items. The largest first.
 */
export const OrderStats = z.object({
  from: timestamp,
  to: timestamp,
  ...figures,
  hours: z.array(z.object({ at: timestamp, statuses: StatusCounts })),
  vendors: z.array(FiguresOf),
  services: z.array(FiguresOf),
})
export type OrderStats = z.infer<typeof OrderStats>

/** The query of `GET /orders/stats`, widened to full hours. Without it: the last thirty days. */
export const StatsQuery = z.pick(ExportQuery, { from: true, to: true })
export type StatsQuery = z.infer<typeof StatsQuery>
