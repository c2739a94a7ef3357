// Orders and searches for the tests of each place that decides what a search finds.

const item = (name: string) => ({ serviceId: 's', name, quantity: 1, unitPrice: 1 })

const order = (n: number, customer: string, service: string, address: string, phone: string, vendor?: string) => ({
  number: `A${n}K-2Q${n}`,
  customer: { id: 'c', name: customer },
  vendor: vendor === undefined ? null : { id: 'v', name: vendor },
  items: [item(service), item('E-bike 2000')],
  contact: { phone, address },
})

export const searchedOrders = [
  order(1, 'Łukasz Søren Þórsson', 'Cœur Straße', 'ul. Żółkiewskiego 7/3, 10115 Łódź', '+48 601 555 012', 'Đorđe Ækær'),
  order(2, 'Seán O’Brien-D’Arcy', 'Fuite d’eau', 'St John`s Road 12', '(0176) 555-01 23', "N'Golo Okafor"),
  order(
    3,
    'ΟΔΥΣΣΕΥΣ Παπαδόπουλος',
    'Ｂｏｉｌｅｒ　ｓｅｒｖｉｃｅ',
    'İstiklal Caddesi 5, Diyarbakır',
    '＋４９ 30 5550123',
  ),
  order(
    4,
    '山田 太郎',
    'エアコン修理サービス2台',
    '東京都渋谷区神宮前1丁目2番3号メゾン青山405号室',
    '٠٥٥ ١٢٣ ٤٥٦٧',
    '김철수설비',
  ),
  order(5, 'สมชาย ใจดี', 'ซ่อมเครื่องปรับอากาศ', '123 ถนนสุขุมวิท แขวงคลองเตย', '+66 2 123 4567'),
  order(6, 'राम शर्मा', 'Зоя’s п’ять ключів', 'שָׁלוֹם 4, مُحَمَّد ١٢', '0049 (30) 5550199', '𠮷野家'),
  order(7, 'Ana Núñez', 'Deep clean­ing', 'Mayor 1', '112 000'),
]

/** What people may type for a text: other cases and forms, its words, its beginning, and parts of it. */
function typings(text: string): string[] {
  const fullWidth = text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0))
  const apostrophes = ["'", '’', 'ʼ', '´', ''].map((one) => text.replace(/['’`]/g, one))
  const words = text.split(/\s+/)
  const characters = [...text]
  const parts = [1, 3, 6].flatMap((length) =>
    [0, 1, 4].map((start) => characters.slice(start, start + length).join('')),
  )
  const forms = [text.toUpperCase(), text.toLowerCase(), text.normalize('NFD'), text.normalize('NFKC'), fullWidth]
  const shorter = [text.normalize('NFD').replace(/\p{M}/gu, ''), text.replaceAll('-', ''), words.toReversed().join(' ')]
  return [text, ...forms, ...shorter, ...apostrophes, ...words, ...parts]
}

const others = [
  '',
  ' ',
  "'",
  '’’',
  '@',
  '@mayor',
  'ss',
  'lodz',
  'zzz',
  '修理 東京',
  '東京 修x',
  'o brien',
  'brien',
  'x2',
]

export const searches = [
  ...new Set(
    [
      ...searchedOrders.flatMap(({ number, customer, vendor, items, contact }) =>
        [
          number,
          customer.name,
          vendor?.name ?? '',
          ...items.map(({ name }) => name),
          contact.address,
          contact.phone,
        ].flatMap(typings),
      ),
      ...others,
    ].map((typed) => typed.trim().slice(0, 100)),
  ),
]
