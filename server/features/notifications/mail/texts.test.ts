import { readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextVersion } from '#shared/apply-transition.ts'
import { anOrder } from '../../../testing/records.ts'
import { mailContent } from './content.ts'
import { mailLanguages } from '../../../lib/mail/language.ts'
import { escapeHtml, html } from '../../../lib/mail/html.ts'
import { plainText } from '../../../lib/mail/plain-text.ts'
import { en } from './texts/en.ts'
import { fill, mailEvents, textsIn } from './texts/index.ts'

const test = suite('the texts of e-mails')

/** All leaves: `labels.total` → its text. */
function leaves(node: object, path = ''): [string, string][] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const here = path ? `${path}.${key}` : key
    if (typeof value === 'string') return [[here, value]]
    return typeof value === 'object' && value !== null ? leaves(value, here) : []
  })
}
const markers = (text = '') => [...new Set(text.match(/\{\w+\}/g))].sort()

test('every language has exactly the keys of English, with texts and with the same markers', () => {
  const files = readdirSync(`${import.meta.dirname}/texts`).filter((name) => name !== 'index.ts')
  assert.equal(files.sort(), mailLanguages.map((language) => `${language}.ts`).sort())
  const english = new Map(leaves(en))
  for (const language of mailLanguages) {
    const other = new Map(leaves(textsIn(language).texts))
    assert.equal([...other.keys()].sort(), [...english.keys()].sort(), language)
    for (const [key, text] of english) {
      assert.equal(markers(other.get(key)), markers(text), `${language} ${key}`)
      assert.ok(other.get(key), `${language} ${key} is empty`)
    }
  }
})

test('a language is found by its base; an unknown one is English', () => {
  assert.equal(
    ['de-AT', 'en-GB', 'fr', 'constructor'].map((tag) => textsIn(tag).language),
    ['de', 'en', 'en', 'en'],
  )
  assert.is(fill('{a} and {b} and {a}', { a: '{b}', b: '$1' }), '{b} and $1 and {b}')
})

test('no mail in any language has an unfilled marker, and every value is escaped', () => {
  const evil = `<script>alert("1")</script>&'`
  const vendor = { id: 'ben', name: evil }
  const options = [{ group: evil, choice: 'c', name: `Large ${evil}`, price: 50 }]
  const items = [{ serviceId: 's', name: evil, quantity: 2, unitPrice: 450, options }]
  const placed = anOrder({ number: evil, items, scheduledFor: '2027-03-02T08:00:00.000Z', currency: 'JPY' })
  const change = { status: 'completed', vendor, note: `${evil}\n${evil}` } as const
  const order = nextVersion(placed, change, { ...vendor, role: 'vendor' }, '2027-03-02T09:00:00.000Z')
  const links = { order: `https://x/"><b>`, unsubscribe: 'https://x/?a=1&b=2' }
  for (const language of mailLanguages) {
    for (const event of mailEvents) {
      const content = mailContent(order, event, { language, timeZone: 'Asia/Tokyo' }, links)
      const page = html(content)
      if (event === 'order.placed' || event === 'order.accepted')
        assert.ok(plainText(content).includes(`${evil} (Large ${evil})`), 'the options')
      for (const text of [content.subject, plainText(content), page.replace(/<style>.*<\/style>/s, '')]) {
        assert.equal(markers(text), [], `${language} ${event}`)
      }
      assert.not.match(page, /<script|<b>|alert\("/, `${language} ${event}`)
      assert.ok(page.includes('href="https://x/?a=1&amp;b=2"'))
    }
  }
  assert.is(escapeHtml(evil), '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;')
})

test('amounts have the decimals of their currency, in the notation of the language', () => {
  const items = [{ serviceId: 's', name: 'Key', quantity: 2, unitPrice: 123_450 }]
  const links = { order: 'https://x', unsubscribe: 'https://x' }
  const totalIn = (currency: string, language: string) =>
    mailContent(
      anOrder({ items, totalAmount: 246_900, currency }),
      'order.completed',
      { language, timeZone: 'UTC' },
      links,
    ).total?.value
  assert.equal(
    [totalIn('USD', 'en-US'), totalIn('EUR', 'de-DE'), totalIn('JPY', 'en'), totalIn('KWD', 'de')],
    ['$2,469.00', '2.469,00\u00a0€', '¥246,900', '246,900\u00a0KWD'],
  )
})

test.run()
