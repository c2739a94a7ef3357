import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { systemClock } from '../../../server/lib/clock.ts'
import { createStore } from '../../../server/storage/create-store.ts'
import type { Store } from '../../../server/storage/store.ts'
import { now } from '../clock.ts'
import type { Results } from '../report/results.ts'
import { number, table } from '../report/table.ts'
import { fill } from './many-orders.ts'
import type { Figures, Measure, Plan } from './plan.ts'
import { queriesFor, type Query } from './queries.ts'

const [row, column] = ['callout', 'embedded store']
const sizesOf = ({ short }: Plan) => (short ? [1_000, 2_000] : [10_000, 100_000, 1_000_000])

/** A figure is named after its query and the number of orders. */
const separator = ' | '
const figureOf = (query: string, orders: number) => query + separator + number(orders)

/** A sync cursor overlaps the past by more than any write takes. The filled-in orders must be older than that, in ms. */
const overlap = 2_500

/** Cost of every query on the embedded store, by the number of stored orders. */
export const lists: Measure = {
  title: 'Every list, claim and change in the embedded store, by the number of orders: p50 in ms',
  cells: (plan) =>
    plan.subjects.includes('callout')
      ? [{ row, column, once: true, run: () => costs(sizesOf(plan), plan.short ? 20 : 200) }]
      : [],
  table(results) {
    const sizes = partsOf(results, 1)
    return table(
      ['', ...sizes],
      partsOf(results, 0).map((query) => [
        query,
        ...sizes.map((size) => number(results.figure(row, column, query + separator + size), 3)),
      ]),
    )
  },
  targets(results, plan) {
    const sizes = sizesOf(plan)
    const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)]
    const cost = (query: string, orders: number) => results.figure(row, column, figureOf(query, orders))
    const growth = (query: string) => cost(query, largest) / cost(query, smallest)
    return partsOf(results, 0)
      .toSorted((a, b) => growth(b) - growth(a))
      .map((query) => ({
        what: `${query}: ${number(largest)} × ${number(smallest)} orders`,
        value: growth(query),
        is: 'at most',
        limit: 1.5,
      }))
  },
}

/** The queries (0) or the sizes (1) of all figures, in order. */
function partsOf(results: Results, part: 0 | 1): string[] {
  const names = results.cells.flatMap(({ rounds }) => rounds).flatMap((figures) => Object.keys(figures))
  return [...new Set(names.map((name) => name.split(separator)[part] ?? ''))]
}

/** A query on one store, and its latencies in ms. */
interface Measured {
  orders: number
  query: Query
  latencies: number[]
}

/** Fills a store of each size and runs every query on them in turn, so that background load affects all sizes alike. */
async function costs(sizes: readonly number[], times: number): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'callout-bench-'))
  const stores: Store[] = []
  const byQuery = new Map<string, Measured[]>()
  try {
    for (const orders of sizes) {
      const dataDir = join(dir, String(orders))
      const store = await createStore({ mongoUri: null, dataDir }, { clock: systemClock, server: true, records: [] })
      await store.start()
      stores.push(store)
      await fill(store, orders)
      await sleep(overlap)
      for (const query of await queriesFor(store, times)) {
        const others = byQuery.get(query.name) ?? []
        byQuery.set(query.name, [...others, { orders, query, latencies: [] }])
      }
    }
    for (const measured of byQuery.values()) await alternate(measured, times)
    return Object.fromEntries(
      [...byQuery.values()]
        .flat()
        .map(({ orders, query, latencies }) => [figureOf(query.name, orders), percentile(latencies, 0.5)]),
    )
  } finally {
    for (const store of stores) await store.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Alternates the stores. Writes have no warm-up runs, because an order can be claimed only once. */
async function alternate(measured: readonly Measured[], times: number) {
  for (let warmUp = times / 10; warmUp > 0; warmUp--)
    for (const { query } of measured) if (query.kind === 'list') await query.run(warmUp)
  for (let n = 0; n < times; n++)
    for (const { query, latencies } of measured) {
      const begun = now()
      await query.run(n)
      latencies.push(now() - begun)
    }
}
