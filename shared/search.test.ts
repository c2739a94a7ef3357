import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { adminSearchTokens, offerSearchTokens, queryTokens, searchTest, searchTokens } from './search.ts'
import { fold, tokensOf } from './search-words.ts'
import { searchedOrders, searches } from './testing/search-cases.ts'

const finds = (typed: string, text: string) => searchTest(typed)(tokensOf([text]))

function each(texts: Record<string, string[]>, expected: boolean) {
  for (const [text, searched] of Object.entries(texts))
    for (const typed of searched) assert.is(finds(typed, text), expected, `${typed} in ${text}`)
}

test('case, accents, forms and letters that do not decompose make no difference', () =>
  each(
    {
      'Łódź Øresund Đorđe': ['lodz', 'ŁÓDŹ', 'oresund', 'dorde', 'Łodz øre'],
      'Straße STRASSE ẞ': ['strasse', 'STRASSE', 'straße', 'ẞ', 'ss'],
      'Ægir Cœur Þórr Ħamrun': ['aegir', 'ægir', 'coeur', 'thorr', 'hamrun'],
      'Diyarbakır İstanbul ILGIN': ['diyarbakir', 'DİYARBAKIR', 'istanbul', 'ISTANBUL', 'ılgın', 'ilgin'],
      'ΟΔΥΣΣΕΥΣ ὀδός': ['οδυσσευς', 'οδυσσευσ', 'οδος', 'ΟΔΌΣ'],
      'Ｂｏｉｌｅｒ １２ ﬁx': ['boiler', '12', 'ＢＯＩＬＥＲ', 'fix'],
      '١٢ ۳ १': ['12', '3', '1'],
      'Żółć ґанок Nguyễn ưu': ['zolc', 'ганок', 'nguyen', 'uu'],
      'مُحَمَّد שָׁלוֹם': ['محمد', 'שלום'],
      'clean\u00ading \u200bnow': ['cleaning', 'now'],
    },
    true,
  ))

test('an apostrophe of any kind may be typed or left out', () => {
  const typed = [
    "o'brien",
    'o’brien',
    'oʼbrien',
    'o´brien',
    'o`brien',
    'o＇brien',
    'obrien',
    'OBRI',
    'brien',
    "o'",
    'o b',
  ]
  const kinds = ["O'Brien", 'O’Brien', 'O‘Brien', 'OʼBrien', 'O`Brien', 'O´Brien']
  each(Object.fromEntries([...kinds.map((kind) => [kind, typed]), ['d’eau', ['eau', 'deau', "d'eau", 'd eau']]]), true)
  each(
    { OBrien: ["o'brien", 'o’b'], "‘Premium’ n'": ['premium', "'premium'", 'n'], "Rock'n'Roll": ['rocknroll', 'roll'] },
    true,
  )
  each({ "O'Brien": ['rien', "o'x", 'ob r'], 'd’eau': ['au'] }, false)
})

test('every part of a run of a script without spaces finds it', () => {
  const runs = [
    '東京都渋谷区神宮前',
    'エアコン修理サービス',
    '김철수설비',
    'ซ่อมเครื่องปรับอากาศ',
    '𠮷野家𠮷',
    '渋谷1丁目22番',
  ]
  for (const run of runs) {
    const characters = [...run]
    for (let start = 0; start < characters.length; start++)
      for (let end = start + 1; end <= characters.length; end++) {
        const part = characters.slice(start, end).join('')
        // A mark belongs to the character before it.
        if (/^\p{M}/u.test(part)) continue
        assert.ok(finds(part, `x ${run} y`), `${part} in ${run}`)
      }
  }
  each(
    { 東京都渋谷区: ['東京都大阪', '京東', '谷渋', '東京都渋谷区神'], 김철수: ['수철', '김수'], ブラシ: ['ブラツ'] },
    false,
  )
  each(
    { iPhone修理: ['iphone 修理', 'iPhone修理', '修理'], 'iPhone 修理': ['iphone修理'], ｴｱｺﾝ: ['エアコン', 'アコ'] },
    true,
  )
})

test('a word of other scripts is found by its beginning only', () => {
  each({ Boiler: ['boil', 'BOILER'] }, true)
  each({ Boiler: ['oiler', 'boilers'], राम: ['रम', 'रामी'] }, false)
  each({ ['x'.repeat(99)]: ['x'.repeat(40), 'x'.repeat(99)] }, true)
})

test('a phone number is found in the notation of any keyboard', () => {
  const contact = { phone: '+49 (176) 555-01 23', address: '' }
  const matches = (q: string, phone = contact.phone) =>
    searchTest(q)(adminSearchTokens({ contact: { ...contact, phone } }))
  for (const q of ['0176 5550123', '＋４９ １７６ ５５５０１２３', '+49–176–5550123', '٠١٧٦٥٥٥٠١٢٣', '5550123', '0123'])
    assert.ok(matches(q), q)
  assert.ok(matches('٠٥٥١٢٣٤٥٦٧', '٠٥٥ ١٢٣ ٤٥٦٧') && matches('055 123 4567', '٠٥٥ ١٢٣ ٤٥٦٧'))
  assert.not(matches('0176 5550199'))
})

test('a folded text is folded again to itself', () => {
  for (const text of searches) assert.is(fold(fold(text)), fold(text), text)
})

test('an order has a bounded number of tokens, and so has a search', () => {
  const [order] = searchedOrders
  assert.ok(order)
  const long = Array.from({ length: 100 }, (_, n) => String.fromCodePoint(0x4e00 + 7 * n)).join('')
  const items = Array.from({ length: 50 }, (_, n) => ({ name: `${n}${[...long].slice(n).join('')}'${'ﷺ'.repeat(99)}` }))
  const contact = { phone: '1'.repeat(40), address: long.repeat(3) }
  for (const tokens of [
    searchTokens({ ...order, items }),
    offerSearchTokens({ ...order, items }),
    adminSearchTokens({ contact }),
  ]) {
    assert.ok(tokens.length <= 1015, String(tokens.length))
    assert.ok(tokens.every((token) => [...token].length <= 33))
  }
  assert.ok(queryTokens('ﷺ'.repeat(100)).length <= 40)
  assert.is(queryTokens(long).length, 40)
})

test('most searches find the order that they come from, and few others', () => {
  const counts = searches.map((q) => searchedOrders.filter((one) => searchTest(q)(searchTokens(one))).length)
  assert.ok(counts.filter((count) => count === 1).length > searches.length / 4)
  assert.ok(counts.filter((count) => count === 0).length > searches.length / 10)
})

test.run()
