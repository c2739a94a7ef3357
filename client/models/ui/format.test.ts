import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ago, clockTime, initials, itemsText, money, parseMoney, span } from './format.ts'

// The locale is the reader's, so what is checked is what holds in each of them.
const minute = 60_000

test('money counts minor units by the currency', () => {
  assert.match(money(4500, 'USD'), /45\D00/)
  assert.match(money(4500, 'JPY'), /4\D?500/)
  assert.not.match(money(4500, 'JPY'), /00\D00/)
})

test('a typed price becomes minor units, whatever the decimal point', () => {
  assert.is(parseMoney('45', 'USD'), 4500)
  assert.is(parseMoney(' 45.5 ', 'USD'), 4550)
  assert.is(parseMoney('45,50', 'USD'), 4550)
  assert.is(parseMoney('1 299.90', 'USD'), 129_990)
  assert.is(parseMoney('19.99', 'USD'), 1999)
  assert.is(parseMoney('4500', 'JPY'), 4500)
  for (const wrong of ['', 'free', '-5', '4.5.6', '$5']) assert.is(parseMoney(wrong, 'USD'), null, wrong)
})

test('the last half minute is now, and so is a clock that is ahead', () => {
  const now = Date.now()
  assert.is(ago(now - 20_000, now), ago(now, now))
  assert.is(ago(now + 5 * minute, now), ago(now, now))
  assert.not.equal(ago(now - minute, now), ago(now, now))
})

test('ago and span grow from minutes to years', () => {
  const now = Date.now()
  assert.match(ago(now - 3 * minute, now), /3/)
  assert.match(span(now - 59 * minute, now), /59/)
  assert.match(span(now - 125 * minute, now), /^2\D/)
  assert.match(span(now - 3 * 24 * 60 * minute, now), /3/)
  assert.match(ago(now - 800 * 24 * 60 * minute, now), /2/)
})

test('a time of another day says which day', () => {
  const now = new Date(2026, 2, 1, 12).getTime()
  const today = clockTime(new Date(2026, 2, 1, 9, 5).getTime(), now)
  const yesterday = clockTime(new Date(2026, 1, 28, 9, 5).getTime(), now)
  const lastYear = clockTime(new Date(2025, 1, 28, 9, 5).getTime(), now)
  assert.ok(yesterday.includes('28') && !today.includes('28'))
  assert.ok(lastYear.includes('2025') && !yesterday.includes('2026'))
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

test.run()
