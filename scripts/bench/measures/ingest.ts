import { placeOrder } from '../../../server/testing/app.ts'
import type { ProgramName } from '../subjects/names.ts'
import { number, table } from '../report/table.ts'
import { measureDiskSync } from './disk-sync.ts'
import type { Figures, Measure, Plan } from './plan.ts'
import { withSubject } from './with-subject.ts'

const many = 64
const columns = {
  many: `${many} clients`,
  one: '1 client',
  disk: 'fsync, 1 ms apart',
  diskWithoutPause: 'fsync, without a pause',
}

/** Durable orders a second: each is on disk before it is acknowledged. */
export const ingest: Measure = {
  title: 'Orders placed, each durable; for comparison the same route without a store, and the disk',
  cells: (plan) =>
    plan.subjects.includes('callout')
      ? [
          { row: 'callout', column: columns.many, run: () => place('callout', many, plan) },
          { row: 'express-only', column: columns.many, run: () => place('express-only', many, plan) },
          { row: 'callout', column: columns.one, run: () => place('callout', 1, plan) },
          // At about the rate of one client; and at the disk's maximum.
          { row: 'disk', column: columns.disk, run: () => measureDiskSync(plan.short ? 50 : 500, 1) },
          { row: 'disk', column: columns.diskWithoutPause, run: () => measureDiskSync(plan.short ? 50 : 500, 0) },
        ]
      : [],
  table: (results) =>
    table(
      ['', 'orders a second', 'p50 ms', 'p99 ms', 'ms of CPU each', 'load generator'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string, digits: number) => number(results.figure(row, column, name), digits)
        const times = [figure('p50', 2), figure('p99', 2)]
        return [`${row}  ${column}`, figure('perSecond', 0), ...times, figure('processor', 3), figure('loadShare', 2)]
      }),
    ),
  targets(results) {
    const perSecond = (row: string) => results.figure(row, columns.many, 'perSecond')
    const singleClient = results.figure('callout', columns.one, 'p99')
    const sync = results.figure('disk', columns.disk, 'p50')
    return [
      {
        what: 'durable orders a second: × the route without a store',
        value: perSecond('callout') / perSecond('express-only'),
        is: 'at least',
        limit: 0.6,
      },
      {
        what: "p99 of a single client's POST: × one fsync at the same rate",
        value: singleClient / sync,
        is: 'at most',
        limit: 10,
      },
    ]
  },
}

const place = (name: ProgramName, clients: number, { seconds }: Plan): Promise<Figures> =>
  withSubject(name, 1, async ({ subject: { remote, orderApi }, load }) => {
    if (!orderApi) throw new Error(`${name} has no order API`)
    const posting = { endpoint: orderApi, path: '/api/orders', body: JSON.stringify(placeOrder(orderApi.serviceId)) }
    // Warm-up: with many clients, because one client would need a minute until the code is compiled; then with one, because
    // the two run partly different code.
    await load.remote.post({ ...posting, clients: many, seconds })
    if (clients === 1) await load.remote.post({ ...posting, clients, seconds: 4 * seconds })
    const [server, own] = [await remote.processor(), await load.remote.processor()]
    const posted = await load.remote.post({ ...posting, clients, seconds })
    return {
      ...posted,
      processor: ((await remote.processor()) - server) / (posted.perSecond * seconds),
      loadShare: ((await load.remote.processor()) - own) / (seconds * 1_000),
    }
  })
