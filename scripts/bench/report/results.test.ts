import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Results } from './results.ts'
import { isMeasured, showTargets } from './targets.ts'
import { number, table } from './table.ts'

const test = suite('bench: results')

test('a figure is the median of all rounds, or NaN without a measurement', () => {
  const rounds = [{ p99: 3 }, { p99: 1 }, { p99: 2 }]
  const results = new Results([{ row: 'callout', column: 'QoS 1, 100', rounds, steal: [], errors: [] }])
  assert.is(results.figure('callout', 'QoS 1, 100', 'p99'), 2)
  assert.ok(Number.isNaN(results.figure('callout', 'QoS 1, 100', 'p50')))
  assert.ok(Number.isNaN(results.figure('socketio', 'QoS 1, 100', 'p99')))
})

test('a target is met, missed, or not measured', () => {
  const [more, less, nothing] = [
    { what: 'more', value: 1.5, is: 'at least', limit: 1.4 },
    { what: 'less', value: 1.5, is: 'at most', limit: 1.4 },
    { what: 'nothing', value: Number.NaN, is: 'at most', limit: 1.4 },
  ] as const
  assert.equal([more, less, nothing].map(isMeasured), [true, true, false])
  assert.equal(
    showTargets([more, less]).map((line) => line.split(/\s+/)),
    [
      ['ok', '1.50', '≥', '1.40', 'more'],
      ['MISS', '1.50', '≤', '1.40', 'less'],
    ],
  )
})

test('columns are aligned', () => {
  assert.equal(
    table(
      ['', 'orders'],
      [
        ['callout', number(1234.5, 1)],
        ['x', number(Number.NaN)],
      ],
    ),
    ['          orders', 'callout  1,234.5', 'x              –'],
  )
})

test.run()
