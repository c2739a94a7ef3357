import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { de } from '../../i18n/de.ts'
import { en } from '../../i18n/en.ts'
import { applyLanguage } from '../../i18n/index.ts'
import {
  appointment,
  clockTime,
  duration,
  elapsedTime,
  exactTime,
  initials,
  itemsText,
  money,
  relativeTime,
  shortDuration,
} from './format.ts'

// The locale is that of the machine, so the tests check what is true in every locale.
const minute = 60_000

test('money counts minor units by the currency', () => {
  assert.match(money(4500, 'USD'), /45\D00/)
  assert.match(money(4500, 'JPY'), /4\D?500/)
  assert.not.match(money(4500, 'JPY'), /00\D00/)
  assert.match(money(4500, 'KWD'), /4\D500/)
  // V8 writes no decimals here, Firefox two: ISO 4217 has two.
  assert.match(money(4500, 'LAK'), /45\D00/)
})

test('the last half minute is now, and so is a clock that is ahead', () => {
  const now = Date.now()
  assert.is(relativeTime(now - 20_000, now), relativeTime(now, now))
  assert.is(relativeTime(now + 5 * minute, now), relativeTime(now, now))
  assert.not.equal(relativeTime(now - minute, now), relativeTime(now, now))
})

test('ago and span grow from minutes to years', () => {
  const now = Date.now()
  assert.match(relativeTime(now - 3 * minute, now), /3/)
  assert.match(elapsedTime(now - 59 * minute, now), /59/)
  assert.match(elapsedTime(now - 125 * minute, now), /^2\D/)
  assert.match(elapsedTime(now - 3 * 24 * 60 * minute, now), /3/)
  assert.match(relativeTime(now - 800 * 24 * 60 * minute, now), /2/)
})

test('a time of another day includes the day', () => {
  const now = new Date(2026, 2, 1, 12).getTime()
  const today = clockTime(new Date(2026, 2, 1, 9, 5).getTime(), now)
  const yesterday = clockTime(new Date(2026, 1, 28, 9, 5).getTime(), now)
  const lastYear = clockTime(new Date(2025, 1, 28, 9, 5).getTime(), now)
  assert.ok(yesterday.includes('28') && !today.includes('28'))
  assert.ok(lastYear.includes('2025') && !yesterday.includes('2026'))
})

test('an appointment includes the year when it is not this one', () => {
  const now = new Date(2026, 11, 30, 12).getTime()
  const on = (year: number, month: number) => appointment(new Date(year, month, 2, 9, 5).toISOString(), now)
  assert.match(on(2027, 0), /2027/)
  assert.match(on(2025, 11), /2025/)
  assert.not.match(on(2026, 11), /2026/)
})

test('items read as a list, with a number where there are several', () => {
  assert.is(
    itemsText([
      { name: 'Lock change', quantity: 1 },
      { name: 'Boiler service', quantity: 2 },
    ]),
    'Lock change, 2 × Boiler service',
  )
})

test('initials of any name', () => {
  assert.is(initials('Sam Okafor'), 'SO')
  assert.is(initials('Bo'), 'B')
  assert.is(initials('José María de la Cruz'), 'JC')
  assert.is(initials('山田太郎'), '山')
  assert.is(initials(''), '')
})

test('every format follows the language, also after a switch', () => {
  const now = new Date(2026, 10, 24, 14, 2).getTime()
  const texts = () => [
    money(129_990, 'EUR'),
    relativeTime(now - 3 * minute, now),
    relativeTime(now - 24 * 60 * minute, now),
    elapsedTime(now - 20_000, now),
    elapsedTime(now - 2 * 60 * minute, now),
    duration(90),
    shortDuration(1_400),
    appointment(new Date(now).toISOString(), now),
    clockTime(now - 24 * 60 * minute, now),
    itemsText([
      { name: 'Montage', quantity: 1 },
      { name: 'Schloss', quantity: 2 },
    ]),
  ]
  const plain = () => texts().map((text) => text.replace(/[\u00a0\u202f]/g, ' '))
  const english = plain()
  applyLanguage('de', de)
  assert.equal(plain(), [
    '1.299,90 €',
    'vor 3 Min.',
    'gestern',
    '< 1 Min.',
    '2 Std.',
    '1 Std. 30 Min.',
    '1,4 Sek.',
    'Di., 24. Nov., 14:02',
    '23. Nov., 14:02',
    'Montage, 2 × Schloss',
  ])
  assert.match(exactTime(now), /Dienstag, 24\. November 2026/)
  applyLanguage('en', en)
  assert.equal(plain(), english)
})

test.run()
