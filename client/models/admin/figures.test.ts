import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OrderStats } from '#shared/figures.ts'
import { barsOf, createFigures, outcomeOf, timesOf } from './figures.ts'

const none = { count: 0, median: null, p90: null }
const durations = { waiting: none, driving: none, working: none, fulfilment: none }
const local = (time: string) => new Date(time).toISOString()
const now = Date.parse(local('2026-03-02T12:20:00'))

const statsOf = (more: Partial<OrderStats>): OrderStats => ({
  from: local('2026-03-02T00:00:00'),
  to: local('2026-03-03T00:00:00'),
  total: 0,
  statuses: {},
  revenue: [],
  durations,
  ratings: { count: 0, average: null, stars: [0, 0, 0, 0, 0] },
  hours: [],
  vendors: [],
  services: [],
  ...more,
})

test('ranges are whole days of the reader’s calendar', () => {
  const times = (range: 'today' | 'week' | 'own', from = '', to = '') => timesOf({ range, from, to }, now)
  const tomorrow = local('2026-03-03T00:00:00')
  assert.equal(times('today'), { from: local('2026-03-02T00:00:00'), to: tomorrow })
  assert.equal(times('week'), { from: local('2026-02-24T00:00:00'), to: tomorrow })
  assert.equal(times('own', '2026-01-31', '2026-01-31'), {
    from: local('2026-01-31T00:00:00'),
    to: local('2026-02-01T00:00:00'),
  })
  assert.is(times('own', '2026-02-01', '2026-01-30'), null)
  assert.is(times('own'), null)
})

test('orders are drawn by hour, over more than two days by day', () => {
  const hours = [
    { at: local('2026-03-02T08:00:00'), statuses: { completed: 2, pending: 1 } },
    { at: local('2026-03-02T23:00:00'), statuses: { pending: 4 } },
  ]
  const statuses = { pending: 5, completed: 2 }
  const day = barsOf(statsOf({ hours, statuses }))
  assert.equal([day.per, day.starts.length], ['hour', 24])
  assert.equal(
    day.statuses.map(({ status, counts }) => [status, counts[8], counts[9], counts[23]]),
    [
      ['pending', 1, 0, 4],
      ['completed', 2, 0, 0],
    ],
  )
  const week = barsOf(statsOf({ hours, statuses, from: local('2026-02-26T00:00:00') }))
  assert.equal([week.per, week.starts.length], ['day', 5])
  assert.equal(week.statuses[0]?.counts, [0, 0, 0, 0, 5])
})

test('orders that ended and were not completed are failures', () => {
  const statuses = { completed: 4, cancelled: 2, rejected: 1, pending: 9 }
  assert.equal(outcomeOf({ statuses }), { completed: 4, failed: 3 })
})

test('many changes lead to one reading, and the answer to an earlier one is not shown', async () => {
  const asked: string[] = []
  const answers: ((stats: unknown) => void)[] = []
  const timers: (() => void)[] = []
  const get = async (path: string): Promise<never> => {
    asked.push(path)
    return new Promise((resolve) => void answers.push((stats) => resolve(Object.create(Object(stats)))))
  }
  const figures = createFigures({ api: { get }, now: () => now, setTimer: (work) => timers.push(work) })
  const early = figures.load()
  for (let n = 0; n < 5; n++) figures.changed()
  assert.is(timers.length, 1)
  const later = figures.choose({ range: 'month', from: '', to: '' })
  answers[1]?.({ total: 2 })
  answers[0]?.({ total: 1 })
  await Promise.all([early, later])
  assert.is(figures.stats.value?.total, 2)
  assert.is.not(asked[0], asked[1])
  timers[0]?.()
  assert.is(asked.length, 3)
  figures.changed()
  figures.stop()
  timers[1]?.()
  assert.is(asked.length, 3)
})

test.run()
