import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { countdownText } from './countdown-text.ts'

test('minutes and seconds, from an hour on hours and minutes', () =>
  assert.equal([0, 5, 45, 60, 725, 3599, 3601].map(countdownText), [
    '0:00',
    '0:05',
    '0:45',
    '1:00',
    '12:05',
    '59:59',
    '1 hr 1 min',
  ]))

test.run()
