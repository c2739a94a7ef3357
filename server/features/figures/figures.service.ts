import type { Figures, FiguresOf, OrderStats, StatsQuery } from '#shared/figures.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Store } from '../../storage/store.ts'

export interface FiguresDependencies {
  store: {
    users: Pick<Store['users'], 'list'>
    services: Pick<Store['services'], 'list'>
    orders: Pick<Store['orders'], 'figures'>
  }
  clock: Pick<Clock, 'now'>
}

const hour = 3_600_000
const day = 24 * hour

/** A year, and the days by which ranges are compared. The reply has up to one entry for each hour. */
const longestRange = 400 * day

/** The figures of a range, with the names that vendors and services have now. */
export function createFiguresService({ store, clock }: FiguresDependencies) {
  return {
    /** Throws invalid_request for a range that ends before it begins, or that is too long. */
    async stats(query: StatsQuery): Promise<OrderStats> {
      const { from, to } = rangeOf(query)
      // No order is placed later, and times have four digits of the year.
      const last = upToHour(clock.now()) + hour
      const range = { from: isoTime(Math.min(from, last)), to: isoTime(Math.min(to, last)) }
      const [{ all, hours, vendors, services }, people, catalogue] = await Promise.all([
        store.orders.figures(range),
        store.users.list({ role: 'vendor' }),
        store.services.list({}),
      ])
      return {
        from: isoTime(from),
        to: isoTime(to),
        ...all,
        hours: [...hours]
          .map(([at, statuses]) => ({ at: `${at}:00:00.000Z`, statuses }))
          .sort((one, other) => (one.at < other.at ? -1 : 1)),
        vendors: presentEach(vendors, people),
        services: presentEach(services, catalogue),
      }
    },
  }

  function rangeOf(query: StatsQuery): { from: number; to: number } {
    const to = upToHour(query.to ? Date.parse(query.to) : clock.now())
    const from = Math.floor((query.from ? Date.parse(query.from) : to - 30 * day) / hour) * hour
    if (from >= to) throw refusal('from', 'The range must begin before it ends')
    if (to - from > longestRange) throw refusal('from', 'The range must not be longer than 400 days')
    return { from, to }
  }
}

const upToHour = (time: number) => Math.ceil(time / hour) * hour

const refusal = (path: string, message: string) =>
  new DomainError('invalid_request', `${path}: ${message}`, { errors: [{ path, message, code: 'invalid_range' }] })

/** The largest first. */
function presentEach(each: ReadonlyMap<string, Figures>, named: readonly { id: string; name: string }[]): FiguresOf[] {
  const names = new Map(named.map(({ id, name }) => [id, name]))
  return [...each]
    .map(([id, figures]) => ({ id, name: names.get(id) ?? null, ...figures }))
    .sort((one, other) => other.total - one.total || (one.id < other.id ? -1 : 1))
}
