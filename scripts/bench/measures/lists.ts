import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../../server/proofs/lib/numbers.ts'
import { systemClock } from '../../../server/clock.ts'
import { createStore } from '../../../server/storage/create-store.ts'
import { now } from '../clock.ts'
import { number, table } from '../report/table.ts'
import { fill } from './many-orders.ts'
import type { Figures, Measure, Plan } from './plan.ts'
import { questionsFor, type Question } from './questions.ts'

const row = 'callout'
const sizesOf = ({ short }: Plan) => (short ? [1_000, 2_000] : [10_000, 100_000, 1_000_000])
const columnOf = (orders: number) => `${number(orders)} orders`

/** A cursor reaches back for longer than any write takes; what was filled in must lie before that. */
const overlap = 2_500

/** What every question costs the embedded store, however much is in it. */
export const lists: Measure = {
  title: 'Every list, claim and change in the embedded store: p50 in ms',
  cells: (plan) =>
    plan.contestants.includes('callout')
      ? sizesOf(plan).map((orders) => ({
          row,
          column: columnOf(orders),
          once: true as const,
          run: () => costs(orders, plan.short ? 20 : 200),
        }))
      : [],
  table(results) {
    const names = namesIn(results.cells.flatMap(({ rounds }) => rounds))
    return table(
      ['', ...results.columns],
      names.map((name) => [name, ...results.columns.map((column) => number(results.figure(row, column, name), 3))]),
    )
  },
  targets(results, plan) {
    const [smallest = 0, largest = 0] = [sizesOf(plan).at(0), sizesOf(plan).at(-1)]
    const growth = (name: string) =>
      results.figure(row, columnOf(largest), name) / results.figure(row, columnOf(smallest), name)
    const names = namesIn(results.cells.flatMap(({ rounds }) => rounds))
    return names
      .toSorted((a, b) => growth(b) - growth(a))
      .map((name) => ({
        what: `${name}: ${number(largest)} × ${number(smallest)} orders`,
        value: growth(name),
        is: 'at most',
        limit: 1.5,
      }))
  },
}

const namesIn = (rounds: readonly Figures[]) => [...new Set(rounds.flatMap((figures) => Object.keys(figures)))]

async function costs(count: number, times: number): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'callout-bench-'))
  const store = await createStore({ mongoUri: null, dataDir: dir }, { clock: systemClock, server: true })
  await store.start()
  try {
    await fill(store, count)
    await sleep(overlap)
    const figures: Figures = {}
    for (const question of await questionsFor(store, times)) figures[question.name] = await cost(question, times)
    return figures
  } finally {
    await store.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Of a write every time counts: a claim can be made once only. */
async function cost({ kind, ask }: Question, times: number): Promise<number> {
  if (kind === 'list') for (let n = 0; n < times / 10; n++) await ask(n)
  const waits: number[] = []
  for (let n = 0; n < times; n++) {
    const begun = now()
    await ask(n)
    waits.push(now() - begun)
  }
  return percentile(waits, 0.5)
}
