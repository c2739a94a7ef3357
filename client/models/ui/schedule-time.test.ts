import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { t } from '../../i18n/index.ts'
import { timeOf } from './schedule-time.ts'

const zone = process.env.TZ
test.before.each(() => void (process.env.TZ = 'Europe/Berlin'))
test.after(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

const now = Date.parse('2026-03-01T10:00:00.000Z')
const problem = (local: string) => {
  const result = timeOf(local, now)
  return typeof result === 'function' ? result() : result
}

test('a time of the field is read in the zone of the reader', () => {
  assert.is(problem('2026-03-02T14:30'), '2026-03-02T13:30:00.000Z')
  assert.is(problem('2026-07-02T14:30:00'), '2026-07-02T12:30:00.000Z')
})

test('an hour that the clocks skip is refused, and so is a day that does not exist', () => {
  assert.is(problem('2026-03-29T02:30'), t().fields.timeSkipped)
  assert.is(problem('2026-03-29T01:59'), '2026-03-29T00:59:00.000Z')
  assert.is(problem('2026-03-29T03:00'), '2026-03-29T01:00:00.000Z')
  assert.is(problem('2026-06-31T12:00'), t().fields.timeSkipped)
})

test('an hour that comes twice is taken', () => {
  assert.match(problem('2026-10-25T02:30'), /^2026-10-25T0[01]:30/)
})

test('a missing time, a past one and one beyond 400 days are refused', () => {
  assert.is(problem(''), t().fields.time)
  assert.is(problem('2026-03-01T11:00'), t().workErrors.invalid_schedule)
  assert.is(problem('2027-04-05T10:00'), '2027-04-05T08:00:00.000Z')
  assert.is(problem('2027-04-06T10:00'), t().fields.timeTooFar(400))
})

test.run()
