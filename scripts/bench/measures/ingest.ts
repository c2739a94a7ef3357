import { placeOrder } from '../../../server/testing/app.ts'
import type { ProgramName } from '../subjects/names.ts'
import { number, table } from '../report/table.ts'
import { syncTimes } from './disk.ts'
import type { Figures, Measure, Plan } from './plan.ts'
import { withSubjects } from './stage.ts'

const many = 64
const columns = {
  many: `${many} clients`,
  one: '1 client',
  disk: 'fsync, 1 ms apart',
  busyDisk: 'fsync, one after the other',
}

/** Orders a second that are stored for good when they are acknowledged. */
export const ingest: Measure = {
  title: 'Orders placed, each stored for good; beside it the same route with nothing behind it, and the disk',
  cells: (plan) =>
    plan.contestants.includes('callout')
      ? [
          { row: 'callout', column: columns.many, run: () => place('callout', many, plan) },
          { row: 'express-only', column: columns.many, run: () => place('express-only', many, plan) },
          { row: 'callout', column: columns.one, run: () => place('callout', 1, plan) },
          // As often as one client asks for it; and how fast it can be.
          { row: 'disk', column: columns.disk, run: () => syncTimes(plan.short ? 50 : 500, 1) },
          { row: 'disk', column: columns.busyDisk, run: () => syncTimes(plan.short ? 50 : 500, 0) },
        ]
      : [],
  table: (results) =>
    table(
      ['', 'orders a second', 'p50 ms', 'p99 ms', 'ms of processor each', 'load generator'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string, digits: number) => number(results.figure(row, column, name), digits)
        const times = [figure('p50', 2), figure('p99', 2)]
        return [`${row}  ${column}`, figure('perSecond', 0), ...times, figure('processor', 3), figure('loadShare', 2)]
      }),
    ),
  targets(results) {
    const perSecond = (row: string) => results.figure(row, columns.many, 'perSecond')
    const alone = results.figure('callout', columns.one, 'p99')
    const sync = results.figure('disk', columns.disk, 'p50')
    return [
      {
        what: 'durable orders a second: × the route alone',
        value: perSecond('callout') / perSecond('express-only'),
        is: 'at least',
        limit: 0.6,
      },
      {
        what: "p99 of a single client's POST: × one fsync at the same pace",
        value: alone / sync,
        is: 'at most',
        limit: 10,
      },
    ]
  },
}

const place = (name: ProgramName, clients: number, { seconds }: Plan): Promise<Figures> =>
  withSubjects(name, 1, async ({ contestant: { ask, shop }, load }) => {
    if (!shop) throw new Error(`${name} takes no orders`)
    const posting = { door: shop, path: '/api/orders', body: JSON.stringify(placeOrder(shop.serviceId)) }
    // One client alone would be at it for a minute until Node has compiled all of it, and many do not have all of it compiled.
    await load.ask.post({ ...posting, clients: many, seconds })
    if (clients === 1) await load.ask.post({ ...posting, clients, seconds: 4 * seconds })
    const [server, own] = [await ask.processor(), await load.ask.processor()]
    const posted = await load.ask.post({ ...posting, clients, seconds })
    return {
      ...posted,
      processor: ((await ask.processor()) - server) / (posted.perSecond * seconds),
      loadShare: ((await load.ask.processor()) - own) / (seconds * 1_000),
    }
  })
