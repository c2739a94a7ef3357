import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { searchDefinition } from '#shared/search.ts'
import { UnavailableError } from '../lib/errors.ts'
import { StillClock } from '../testing/clock.ts'
import { anOrder } from '../testing/records.ts'
import { emptyStore } from '../testing/store.ts'
import { createSearchRefresh, progressName } from './search-refresh.ts'

type Opened = Awaited<ReturnType<typeof emptyStore>>['store']

const complete = JSON.stringify({ definition: searchDefinition, after: null })

/** A node on the store. `batches`: the ids that its batches began after; `lines`: what it logged. */
function aNode({ orders, keyValue }: Pick<Opened, 'orders' | 'keyValue'>) {
  const [clock, batches, lines]: [StillClock, string[], string[]] = [new StillClock(), [], []]
  let [failures, finish, read] = [0, () => {}, () => {}]
  const finished = new Promise<void>((resolve) => (finish = resolve))
  const progressRead = new Promise<void>((resolve) => (read = resolve))
  const line = (_fields: object, text: string) => void lines.push(text)
  const refresh = createSearchRefresh({
    store: {
      orders: {
        async refreshSearchTokens(after, limit) {
          if (failures-- > 0) throw new UnavailableError('away')
          batches.push(after)
          return orders.refreshSearchTokens(after, limit)
        },
      },
      keyValue: {
        async get(name) {
          const text = await keyValue.get(name)
          setImmediate(read)
          return text
        },
        async put(name, text) {
          await keyValue.put(name, text)
          if (text === complete) finish()
        },
      },
    },
    clock,
    log: { info: line, error: line, debug: line },
  })
  return { ...refresh, clock, batches, lines, finished, progressRead, failNext: () => void (failures = 1) }
}

/** Advances the clock to the next batch, or the next attempt. */
async function goOn({ clock }: { clock: StillClock }, ms = 20) {
  await clock.waitedFor(ms)
  clock.advance(ms)
}

async function withOrders(count: number, work: (store: Opened) => Promise<void>) {
  const { store, close } = await emptyStore()
  const ids = Array.from({ length: count }, (_, n) => `o${String(n).padStart(3, '0')}`)
  await Promise.all(ids.map((id) => store.orders.create(anOrder({ id }))))
  try {
    await work(store)
  } finally {
    await close()
  }
}

test('the orders get new search tokens in batches, once, and two lines are logged', () =>
  withOrders(150, async (store) => {
    const node = aNode(store)
    node.start()
    node.start()
    for (const _ of [1, 2]) await goOn(node)
    await node.finished
    await node.stop()
    assert.equal(node.batches, ['', 'o099', 'o149'])
    assert.equal(node.lines, [
      'orders get the search tokens of this version',
      'every order has the search tokens of this version',
    ])
    const next = aNode(store)
    next.start()
    await next.progressRead
    await next.stop()
    assert.equal([next.batches, next.lines], [[], []])
  }))

test('after a crash the next start goes on behind the last batch', () =>
  withOrders(150, async (store) => {
    const crashed = aNode(store)
    crashed.start()
    // Its first batch is stored; nothing of it runs after this.
    await crashed.clock.waitedFor(20)
    const next = aNode(store)
    next.start()
    await goOn(next)
    await next.finished
    assert.equal([crashed.batches, next.batches], [[''], ['o099', 'o149']])
    await Promise.all([crashed.stop(), next.stop()])
    assert.is(await store.keyValue.get(progressName), complete)
  }))

test('while the database is away, the node tries again', () =>
  withOrders(1, async (store) => {
    const node = aNode(store)
    node.failNext()
    node.start()
    await goOn(node, 10_000)
    await goOn(node)
    await node.finished
    await node.stop()
    assert.equal([node.batches, node.lines.length], [['', 'o000'], 3])
  }))

test('orders with the tokens of a later version keep them, those of an earlier definition do not', () =>
  withOrders(1, async (store) => {
    const later = JSON.stringify({ definition: searchDefinition + 1, after: null })
    await store.keyValue.put(progressName, later)
    const node = aNode(store)
    node.start()
    await node.progressRead
    await node.stop()
    assert.equal([node.batches, await store.keyValue.get(progressName)], [[], later])

    await store.keyValue.put(progressName, JSON.stringify({ definition: searchDefinition - 1, after: 'o000' }))
    const next = aNode(store)
    next.start()
    await goOn(next)
    await next.finished
    assert.is(next.batches[0], '')
    await next.stop()
  }))

test('an empty database is complete without a line', () =>
  withOrders(0, async (store) => {
    const node = aNode(store)
    node.start()
    await node.finished
    await node.stop()
    assert.equal(node.lines, [])
  }))

test.run()
