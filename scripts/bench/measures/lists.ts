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

/** A figure is that of a question, asked of so many orders. */
const between = ' | '
const figureOf = (question: string, orders: number) => question + between + number(orders)

/** A cursor reaches back for longer than any write takes; what was filled in must lie before that. */
const overlap = 2_500

/** What every question costs the embedded store, however much is in it. */
export const lists: Measure = {
  title: 'Every list, claim and change in the embedded store, of so many orders: p50 in ms',
  cells: (plan) =>
    plan.contestants.includes('callout')
      ? [{ row, column, once: true, run: () => costs(sizesOf(plan), plan.short ? 20 : 200) }]
      : [],
  table(results) {
    const sizes = partsOf(results, 1)
    return table(
      ['', ...sizes],
      partsOf(results, 0).map((question) => [
        question,
        ...sizes.map((size) => number(results.figure(row, column, question + between + size), 3)),
      ]),
    )
  },
  targets(results, plan) {
    const sizes = sizesOf(plan)
    const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)]
    const cost = (question: string, orders: number) => results.figure(row, column, figureOf(question, orders))
    const growth = (question: string) => cost(question, largest) / cost(question, smallest)
    return partsOf(results, 0)
      .toSorted((a, b) => growth(b) - growth(a))
      .map((question) => ({
        what: `${question}: ${number(largest)} × ${number(smallest)} orders`,
        value: growth(question),
        is: 'at most',
        limit: 1.5,
      }))
  },
}

/** The questions (0) or the sizes (1) of all figures, in their order. */
function partsOf(results: Results, part: 0 | 1): string[] {
  const names = results.cells.flatMap(({ rounds }) => rounds).flatMap((figures) => Object.keys(figures))
  return [...new Set(names.map((name) => name.split(between)[part] ?? ''))]
}

/** What one store is asked, and how long it took each time, in ms. */
interface Asked {
  orders: number
  question: Query
  waits: number[]
}

/** A store of each size; they take turns with every question, so that what the machine does beside meets all of them alike. */
async function costs(sizes: readonly number[], times: number): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'callout-bench-'))
  const stores: Store[] = []
  const byQuestion = new Map<string, Asked[]>()
  try {
    for (const orders of sizes) {
      const dataDir = join(dir, String(orders))
      const store = await createStore({ mongoUri: null, dataDir }, { clock: systemClock, server: true })
      await store.start()
      stores.push(store)
      await fill(store, orders)
      await sleep(overlap)
      for (const question of await queriesFor(store, times)) {
        const others = byQuestion.get(question.name) ?? []
        byQuestion.set(question.name, [...others, { orders, question, waits: [] }])
      }
    }
    for (const asked of byQuestion.values()) await inTurns(asked, times)
    return Object.fromEntries(
      [...byQuestion.values()]
        .flat()
        .map(({ orders, question, waits }) => [figureOf(question.name, orders), percentile(waits, 0.5)]),
    )
  } finally {
    for (const store of stores) await store.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Of a write every time counts: a claim can be made once only. */
async function inTurns(asked: readonly Asked[], times: number) {
  for (let warmUp = times / 10; warmUp > 0; warmUp--)
    for (const { question } of asked) if (question.kind === 'list') await question.ask(warmUp)
  for (let n = 0; n < times; n++)
    for (const { question, waits } of asked) {
      const begun = now()
      await question.ask(n)
      waits.push(now() - begun)
    }
}
