import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hoursText } from './hours-text.ts'

const test = suite('the hours of a service as a text')

const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

test('days in a row are a range, and the time zone is named where it is another one', () => {
  const text = (days: number[], from: string, to: string, zone = timeZone) =>
    hoursText({ days, from, to, timeZone: zone }).replaceAll('\u202f', ' ')
  assert.is(text([1, 2, 3, 4, 5], '08:00', '18:00'), 'Mon–Fri, 8:00 AM–6:00 PM')
  assert.is(text([7, 1, 3, 2], '00:00', '00:00'), 'Mon–Wed, Sun')
  assert.is(text([1, 2, 3, 4, 5, 6, 7], '18:00', '07:00', 'Pacific/Auckland'), '6:00 PM–7:00 AM, Pacific/Auckland')
})

test.run()
