import { computed, signal } from '@preact/signals'
import { OrderStats, type FiguresOf, type StatusCounts } from '#shared/figures.ts'
import { finalStatuses, forwardPath, orderStatuses, type OrderStatus } from '#shared/order-status.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from '../session/api-error.ts'

export const ranges = ['today', 'week', 'month', 'own'] as const
export type Range = (typeof ranges)[number]

/** `from` and `to`: days (2026-03-02) of the reader's calendar, both inclusive, of the range `own`; empty until chosen. */
export interface Choice {
  range: Range
  from: string
  to: string
}

/** Days before today, in the ranges that end today. */
const daysBefore = { today: 0, week: 6, month: 29 }

/** The first moment of a day, some days later. */
function startOf(day: Date | string, daysLater: number): Date {
  const date = typeof day === 'string' ? new Date(`${day}T00:00:00`) : new Date(day)
  date.setHours(0, 0, 0, 0)
  date.setDate(date.getDate() + daysLater)
  return date
}

/** The times of the chosen days, or null when the days of an own range are not chosen or the wrong way round. */
export function timesOf({ range, from, to }: Choice, now: number): { from: string; to: string } | null {
  const today = new Date(now)
  const [first, end] =
    range === 'own' ? [startOf(from, 0), startOf(to, 1)] : [startOf(today, -daysBefore[range]), startOf(today, 1)]
  return first < end ? { from: first.toISOString(), to: end.toISOString() } : null
}

/** The time between two readings while orders change, in ms. */
const refreshEvery = 2_000

interface FiguresDependencies {
  api: Pick<Api, 'get'>
  now(): number
  setTimer?(work: () => void, milliseconds: number): unknown
}

/** The figures of the chosen range. */
export function createFigures({ api, now, setTimer = setTimeout }: FiguresDependencies) {
  const stats = signal<OrderStats | null>(null)
  const error = signal<unknown>(null)
  const choice = signal<Choice>({ range: 'today', from: '', to: '' })
  /** Counts the readings: the answer to an earlier one is not shown. */
  let readings = 0
  let waiting = false
  let stopped = false

  async function load(): Promise<void> {
    const times = timesOf(choice.peek(), now())
    const reading = ++readings
    if (!times) return
    try {
      const found = await api.get(`/orders/stats?${new URLSearchParams(times)}`, OrderStats)
      if (reading !== readings) return
      stats.value = found
      error.value = null
    } catch (cause) {
      // What was read stays on the screen.
      if (reading === readings && stats.peek() === null) error.value = cause
    }
  }

  return {
    stats: computed(() => stats.value),
    choice: computed(() => choice.value),
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    load,

    async choose(next: Choice): Promise<void> {
      choice.value = next
      if (!timesOf(next, now())) return
      stats.value = null
      await load()
    },

    /** An order has changed. */
    changed(): void {
      if (waiting) return
      waiting = true
      setTimer(() => {
        waiting = false
        if (!stopped) void load()
      }, refreshEvery)
    },

    stop(): void {
      stopped = true
    },
  }
}

const completed = forwardPath.at(-1)

const sum = (counts: StatusCounts, statuses: readonly OrderStatus[]) =>
  statuses.reduce((total, status) => total + (counts[status] ?? 0), 0)

/** How many orders have ended well, and otherwise. */
export function outcomeOf({ statuses }: Pick<FiguresOf, 'statuses'>): { completed: number; failed: number } {
  const isWell = (status: OrderStatus) => status === completed
  return {
    completed: sum(statuses, finalStatuses.filter(isWell)),
    failed: sum(
      statuses,
      finalStatuses.filter((status) => !isWell(status)),
    ),
  }
}

/** Orders by the time at which they were placed: a number for each bar, by status. */
export interface Bars {
  per: 'hour' | 'day'
  /** When each bar begins, in ms. */
  starts: number[]
  statuses: { status: OrderStatus; counts: number[] }[]
}

const hour = 3_600_000

/** More hours than this are drawn as days of the reader's calendar. */
const mostHours = 49

export function barsOf({ from, to, hours, statuses }: OrderStats): Bars {
  const [first, end] = [Date.parse(from), Date.parse(to)]
  const per = end - first > mostHours * hour ? 'day' : 'hour'
  const starts: number[] = []
  for (let at = first; at < end; at = per === 'hour' ? at + hour : startOf(new Date(at), 1).getTime()) starts.push(at)
  const shown = orderStatuses.filter((status) => statuses[status])
  const counts = new Map(shown.map((status) => [status, starts.map(() => 0)]))
  let bar = 0
  for (const { at, statuses: ofHour } of hours) {
    while (bar + 1 < starts.length && (starts[bar + 1] ?? Infinity) <= Date.parse(at)) bar++
    for (const [status, values] of counts) values[bar] = (values[bar] ?? 0) + (ofHour[status] ?? 0)
  }
  return { per, starts, statuses: [...counts].map(([status, values]) => ({ status, counts: values })) }
}
