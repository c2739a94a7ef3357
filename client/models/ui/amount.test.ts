import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { en } from '../../i18n/en.ts'
import { applyLanguage } from '../../i18n/index.ts'
import { amountText, parseAmount, parseWhole, type AmountProblem } from './amount.ts'
import { money } from './format.ts'

const test = suite('typed amounts')

test.after.each(() => applyLanguage('en', en))

type Read = [typed: string, currency: string, result: number | AmountProblem]

function all(tag: string, reads: readonly Read[]) {
  applyLanguage(tag, en)
  for (const [typed, currency, result] of reads)
    assert.equal(parseAmount(typed, currency), result, `${tag}: ${typed} ${currency}`)
}

test('thousands and decimals are understood in the notation of any country where only one reading is possible', () => {
  const anywhere: Read[] = [
    ['45', 'USD', 4500],
    [' 45.5 ', 'USD', 4550],
    ['45,50', 'USD', 4550],
    ['1299.90', 'USD', 129_990],
    ['1,299.90', 'USD', 129_990],
    ['1.299,90', 'USD', 129_990],
    ['1 299,90', 'USD', 129_990],
    ['1\u202f299,90', 'USD', 129_990],
    ['1’299.90', 'USD', 129_990],
    ["1'299", 'USD', 129_900],
    ['1.234.567', 'USD', 123_456_700],
    ['1,234,567', 'USD', 123_456_700],
    ['12,34,567.50', 'USD', 123_456_750],
    ['1 299', 'JPY', 1299],
    ['1,299.900', 'KWD', 1_299_900],
    ['1.299,9', 'KWD', 1_299_900],
    ['4.5', 'KWD', 4500],
    ['007', 'USD', 700],
  ]
  for (const tag of ['en', 'de', 'fr', 'de-CH', 'hi', 'ar-EG']) all(tag, anywhere)
})

test('one separator before three digits is read in the reader’s notation, and refused where it could be another one', () => {
  all('en', [
    ['1,299', 'USD', 129_900],
    ['1.299', 'USD', 'decimals'],
    ['1,299', 'JPY', 1299],
    ['1.299', 'JPY', 'decimals'],
    ['1.299', 'KWD', 1299],
    ['1,299', 'KWD', 'unclear'],
    ['0,299', 'USD', 'unclear'],
  ])
  all('de', [
    ['1.299', 'EUR', 129_900],
    ['1,299', 'EUR', 'decimals'],
    ['1,299', 'KWD', 1299],
    ['1.299', 'KWD', 'unclear'],
  ])
  all('fr', [
    ['1.299', 'EUR', 'unclear'],
    ['1,299', 'EUR', 'decimals'],
  ])
})

test('digits of other scripts are read', () => {
  all('en', [
    ['٤٥٫٥٠', 'USD', 4550],
    ['١٬٢٩٩٫٩٠', 'USD', 129_990],
    ['४५.५०', 'USD', 4550],
    ['１，２９９．９０', 'USD', 129_990],
    ['𝟜𝟝', 'USD', 4500],
  ])
  assert.is(parseWhole(' ٩٠ '), 90)
  for (const wrong of ['', '1.5', '-90', '90 min', '9²', '1e3', '9'.repeat(16)])
    assert.is(parseWhole(wrong), null, wrong)
})

test('the currency’s own sign is read; another sign, a minus and anything unclear is refused', () => {
  all('en', [
    ['$5', 'USD', 500],
    ['USD 1,299.90', 'USD', 129_990],
    ['5 usd', 'USD', 500],
    ['€5', 'EUR', 500],
    ['45,00 €', 'EUR', 4500],
    ['€5', 'USD', 'unclear'],
    ['5 EUR', 'USD', 'unclear'],
  ])
  const unclear =
    ' |free|-5|−5|+5|(5)|5-|4.5.6|12 50|1 2|1,2,3|1,29,9|12,3456,789|1.299.90|45.|.5|,5|1e3|0x10|5²|½|5%|1..2|1 ,5|4_500|Infinity'
  for (const typed of unclear.split('|')) assert.is(parseAmount(typed, 'USD'), 'unclear', typed)
})

test('more decimals than the currency has are refused, not rounded, and so is an amount above the highest price', () => {
  all('en', [
    ['45.999', 'USD', 'decimals'],
    ['45.0000', 'USD', 'decimals'],
    ['1,234.567', 'USD', 'decimals'],
    ['12.50', 'JPY', 'decimals'],
    ['1.2345', 'KWD', 'decimals'],
    ['10,000,000.00', 'USD', 1_000_000_000],
    ['10,000,000.01', 'USD', 'high'],
    ['9'.repeat(30), 'USD', 'high'],
  ])
})

test('what the page writes it reads back: 20 languages, 8 currencies', () => {
  const tags = 'en en-IN en-ZA de de-AT de-CH fr fr-CH es pt pl sv ru ar ar-EG fa he hi bn ja'.split(' ')
  const currencies = ['USD', 'EUR', 'INR', 'JPY', 'KWD', 'IQD', 'LAK', 'CLF']
  fc.assert(
    fc.property(
      fc.constantFrom(...tags),
      fc.constantFrom(...currencies),
      fc.integer({ min: 0, max: 1_000_000_000 }),
      (tag, currency, minor) => {
        applyLanguage(tag, en)
        assert.is(parseAmount(amountText(minor, currency), currency), minor, `${tag} ${amountText(minor, currency)}`)
        assert.is(parseAmount(money(minor, currency), currency), minor, `${tag} ${money(minor, currency)}`)
      },
    ),
    { numRuns: 3_000 },
  )
})

test.run()
