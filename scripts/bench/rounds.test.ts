import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readOptions } from './options.ts'
import { runRounds } from './rounds.ts'

const test = suite('rounds of the benchmark')

const quiet = { again: 0, machineTime: () => ({ all: 0, stolen: 0 }), onProgress() {} }

test('contestants take turns, and what takes long is done once', async () => {
  const order: string[] = []
  const cell = (row: string, once?: true) => ({
    row,
    column: 'x',
    once,
    run: async () => ({ turn: order.push(row) }),
  })
  const results = await runRounds([cell('a'), cell('b'), cell('long', true)], {
    ...quiet,
    rounds: 2,
    interrupted: new AbortController().signal,
  })
  assert.equal(order, ['a', 'b', 'long', 'a', 'b'])
  assert.equal(
    results.map(({ rounds }) => rounds.map(({ turn }) => turn)),
    [[1, 4], [2, 5], [3]],
  )
})

test('a round that fails is told of, and the others count', async () => {
  let turns = 0
  async function run() {
    if (++turns === 2) throw new Error('lost')
    return { turns }
  }
  const [result] = await runRounds([{ row: 'a', column: 'x', run }], {
    ...quiet,
    rounds: 3,
    interrupted: new AbortController().signal,
  })
  assert.equal(result?.rounds, [{ turns: 1 }, { turns: 3 }])
  assert.equal(result?.errors, ['lost'])
})

test('what others got in the way of is measured again, and the least disturbed counts', async () => {
  // Of every ten seconds so many were taken by others.
  const taken = [2, 1, 3, 0]
  let [looks, runs] = [0, 0]
  const time = { all: 0, stolen: 0 }
  function machineTime() {
    if (looks++ % 2 === 1) {
      time.all += 10
      time.stolen += taken.shift() ?? 0
    }
    return { ...time }
  }
  const [result] = await runRounds([{ row: 'a', column: 'x', run: async () => ({ run: ++runs }) }], {
    ...quiet,
    again: 2,
    machineTime,
    rounds: 2,
    interrupted: new AbortController().signal,
  })
  assert.equal(result?.rounds, [{ run: 2 }, { run: 4 }])
  assert.equal(result?.stolen, [0.1, 0])
})

test('an interruption ends it before the next cell', async () => {
  const interruption = new AbortController()
  const order: string[] = []
  const cell = (row: string) => ({
    row,
    column: 'x',
    async run() {
      order.push(row)
      interruption.abort()
      return {}
    },
  })
  await runRounds([cell('a'), cell('b')], { ...quiet, rounds: 2, interrupted: interruption.signal })
  assert.equal(order, ['a'])
})

test('what cannot be measured is refused with how to ask', () => {
  for (const bad of ['--only=nothing', '--sizes=1,x', '--rounds=0', '--contestants=me', '--seconds=0'])
    assert.throws(() => readOptions([bad]), 'npm run bench')
  const { plan, only, rounds } = readOptions(['--only', 'connect', '--sizes', '7,9', '--rounds', '3'])
  assert.equal([plan.sizes, only, rounds], [[7, 9], ['connect'], 3])
})

test.run()
