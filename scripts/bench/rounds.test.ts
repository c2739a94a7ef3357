import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readOptions } from './options.ts'
import { runRounds } from './rounds.ts'

const test = suite('bench: rounds')

const defaults = { repeats: 0, machineCpuTime: () => ({ total: 0, steal: 0 }), onProgress() {} }

test('subjects alternate, and a cell marked "once" runs in the first round only', async () => {
  const order: string[] = []
  const cell = (row: string, once?: true) => ({
    row,
    column: 'x',
    once,
    run: async () => ({ turn: order.push(row) }),
  })
  const results = await runRounds([cell('a'), cell('b'), cell('long', true)], {
    ...defaults,
    rounds: 2,
    interrupted: new AbortController().signal,
  })
  assert.equal(order, ['a', 'b', 'long', 'a', 'b'])
  assert.equal(
    results.map(({ rounds }) => rounds.map(({ turn }) => turn)),
    [[1, 4], [2, 5], [3]],
  )
})

test('a failed round is reported and the other rounds count', async () => {
  let turns = 0
  async function run() {
    if (++turns === 2) throw new Error('lost')
    return { turns }
  }
  const [result] = await runRounds([{ row: 'a', column: 'x', run }], {
    ...defaults,
    rounds: 3,
    interrupted: new AbortController().signal,
  })
  assert.equal(result?.rounds, [{ turns: 1 }, { turns: 3 }])
  assert.equal(result?.errors, ['lost'])
})

test('a measurement with CPU steal is repeated, and the run with the least steal counts', async () => {
  // CPU steal of each measurement, out of 10.
  const steals = [2, 1, 3, 0]
  let [reads, runs] = [0, 0]
  const time = { total: 0, steal: 0 }
  function machineCpuTime() {
    if (reads++ % 2 === 1) {
      time.total += 10
      time.steal += steals.shift() ?? 0
    }
    return { ...time }
  }
  const [result] = await runRounds([{ row: 'a', column: 'x', run: async () => ({ run: ++runs }) }], {
    ...defaults,
    repeats: 2,
    machineCpuTime,
    rounds: 2,
    interrupted: new AbortController().signal,
  })
  assert.equal(result?.rounds, [{ run: 2 }, { run: 4 }])
  assert.equal(result?.steal, [0.1, 0])
})

test('an interruption stops before the next cell', async () => {
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
  await runRounds([cell('a'), cell('b')], { ...defaults, rounds: 2, interrupted: interruption.signal })
  assert.equal(order, ['a'])
})

test('an invalid option is refused with the usage text', () => {
  for (const bad of ['--only=nothing', '--sizes=1,x', '--rounds=0', '--subjects=me', '--seconds=0'])
    assert.throws(() => readOptions([bad]), 'npm run bench')
  const { plan, only, rounds } = readOptions(['--only', 'connect', '--sizes', '7,9', '--rounds', '3'])
  assert.equal([plan.sizes, only, rounds], [[7, 9], ['connect'], 3])
})

test.run()
