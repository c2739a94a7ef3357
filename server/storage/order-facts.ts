import { durationSteps } from '#shared/figures.ts'
import { forwardPath, type OrderStatus } from '#shared/order-status.ts'
import type { OrderRecord } from './store.ts'

/** What the figures read of an order. */
export type CountedOrder = Pick<OrderRecord, 'createdAt' | 'status' | 'currency' | 'totalAmount'> & {
  rating?: { stars: number }
  vendor: { id: string } | null
  items: readonly Pick<OrderRecord['items'][number], 'serviceId' | 'quantity' | 'unitPrice'>[]
  history: readonly Pick<OrderRecord['history'][number], 'status' | 'at'>[]
}

/** What the figures count of one order; stored as JSON. */
export interface OrderFacts {
  /** In which it was placed, in UTC: 2026-03-02T08. */
  hour: string
  status: OrderStatus
  vendor: string | null
  currency: string
  /** In minor units; 0 unless the order is completed. */
  revenue: number
  /** Each service of the order with its part of the revenue. */
  services: [string, number][]
  /**
   * In the order of `durationSteps`: the bucket of its length, or null when it has not ended. After them the stars of a
   * rating, less one; absent without a rating.
   */
  durations: (number | null)[]
}

/** Who or what a fact is counted for. */
export type SubjectKind = 'all' | 'vendor' | 'service'

/** The status in which an order is paid for. */
const earned = forwardPath.at(-1)

const steps = Object.values(durationSteps).map(([from, to]) => [forwardPath.indexOf(from), forwardPath.indexOf(to)])

export function factsOf({
  createdAt,
  status,
  vendor,
  currency,
  items,
  totalAmount,
  history,
  rating,
}: CountedOrder): OrderFacts {
  const times = timesOnPath(history)
  const services = new Map<string, number>()
  for (const { serviceId, quantity, unitPrice } of items) {
    const revenue = status === earned ? quantity * unitPrice : 0
    services.set(serviceId, (services.get(serviceId) ?? 0) + revenue)
  }
  return {
    hour: createdAt.slice(0, 13),
    status,
    vendor: vendor?.id ?? null,
    currency,
    revenue: status === earned ? totalAmount : 0,
    services: [...services],
    durations: [
      ...steps.map(([from = 0, to = 0]) => {
        const [start, end] = [times[from], times[to]]
        return start === undefined || end === undefined ? null : bucketOf((end - start) / 1000)
      }),
      ...(rating ? [rating.stars - 1] : []),
    ],
  }
}

/**
 * When the order reached each status of the forward path, in ms. Waiting goes on from the beginning when a vendor releases
 * the order; a status that the order returns to keeps its time, and those after it lose theirs.
 */
function timesOnPath(history: CountedOrder['history']): (number | undefined)[] {
  const times: (number | undefined)[] = []
  let before = -1
  for (const { status, at } of history) {
    const place = forwardPath.indexOf(status)
    if (place === 0) times[0] ??= Date.parse(at)
    else if (place > 0 && before === place - 1) times[place] = Date.parse(at)
    if (place >= 0) times.length = place + 1
    before = place
  }
  return times
}

/** Each kind and id that an order counts for, with the revenue that counts there. */
export function subjectsOf({ vendor, revenue, services }: OrderFacts): [SubjectKind, string, number][] {
  return [
    ['all', '', revenue],
    ...(vendor === null ? [] : [['vendor', vendor, revenue] satisfies [SubjectKind, string, number]]),
    ...services.map(([id, part]): [SubjectKind, string, number] => ['service', id, part]),
  ]
}

/** The limits of successive buckets differ by a tenth, so the middle of a bucket is at most 5 % off. Stored: never change it. */
const bucketRatio = 1.1

/** The last bucket begins at about five years. */
export const bucketCount = 200

export const bucketOf = (seconds: number): number =>
  seconds < 1 ? 0 : Math.min(bucketCount - 1, 1 + Math.floor(Math.log(seconds) / Math.log(bucketRatio)))

/** The geometric middle of a bucket, in seconds. */
export const secondsOf = (bucket: number): number =>
  bucket === 0 ? 0 : Number((bucketRatio ** (bucket - 0.5)).toPrecision(3))
