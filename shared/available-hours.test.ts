import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isAvailableAt } from './available-hours.ts'

const test = suite('the hours of a service')

const weekdays = [1, 2, 3, 4, 5]

test('hours are those of the business’s time zone, also when its clocks change', () => {
  const hours = { days: weekdays, from: '08:00', to: '18:00', timeZone: 'Europe/Berlin' }
  const at = (time: string) => isAvailableAt(hours, Date.parse(time))
  assert.equal(
    [at('2026-01-09T06:59:59Z'), at('2026-01-09T07:00:00Z'), at('2026-01-09T16:59:59Z')],
    [false, true, true],
  )
  assert.equal([at('2026-01-09T17:00:00Z'), at('2026-01-10T10:00:00Z')], [false, false], 'Friday evening, Saturday')
  assert.equal([at('2026-07-10T06:00:00Z'), at('2026-07-10T16:00:00Z')], [true, false], 'in summer an hour earlier')
})

test('a night belongs to the day on which it begins', () => {
  const night = { days: [7], from: '18:00', to: '07:00', timeZone: 'UTC' }
  const at = (time: string) => isAvailableAt(night, Date.parse(time))
  assert.equal(
    [at('2026-01-11T17:59:00Z'), at('2026-01-11T18:00:00Z'), at('2026-01-12T06:59:00Z')],
    [false, true, true],
  )
  assert.equal(
    [at('2026-01-12T07:00:00Z'), at('2026-01-11T06:00:00Z'), at('2026-01-12T19:00:00Z')],
    [false, false, false],
  )
})

test('from midnight to midnight is the whole day', () => {
  const day = { days: [3], from: '00:00', to: '00:00', timeZone: 'UTC' }
  const at = (time: string) => isAvailableAt(day, Date.parse(time))
  assert.equal([at('2026-01-07T00:00:00Z'), at('2026-01-07T23:59:59Z')], [true, true])
  assert.equal([at('2026-01-06T23:59:59Z'), at('2026-01-08T00:00:00Z')], [false, false])
})

test.run()
