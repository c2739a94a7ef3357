import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mapLink } from './map-link.ts'
import { belongsToAddress, positionValue, readPosition } from './position-field.ts'

const address = 'Lindenstr. 9\nBerlin'
const at = { lat: 52.5, lng: -13.25 }
const text = 'Lindenstr.%209%20Berlin%2C%20Mitte'

test('the link opens the map app of the phone, at the position if there is one', () => {
  const links = (userAgent: string, touchPoints?: number) => [
    mapLink({ address, area: 'Mitte', ...at }, userAgent, touchPoints),
    mapLink({ address, area: 'Mitte' }, userAgent, touchPoints),
  ]
  assert.equal(links('Mozilla/5.0 (Linux; Android 16)'), [
    `geo:52.5,-13.25?q=52.5,-13.25(${text})`,
    `geo:0,0?q=${text}`,
  ])
  const apple = [`https://maps.apple.com/?ll=52.5,-13.25&q=${text}`, `https://maps.apple.com/?q=${text}`]
  assert.equal(links('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)'), apple)
  assert.equal(links('Mozilla/5.0 (Macintosh; Intel Mac OS X)', 5), apple)
  assert.equal(links('Mozilla/5.0 (Macintosh; Intel Mac OS X)'), [
    'https://www.openstreetmap.org/?mlat=52.5&mlon=-13.25#map=17/52.5/-13.25',
    `https://www.openstreetmap.org/search?query=${text}`,
  ])
})

test('a position is one value of a form', () => {
  for (const source of ['place', 'own'] as const) {
    const value = positionValue(at, source)
    assert.equal([readPosition(value), belongsToAddress(value)], [at, source === 'place'])
  }
  assert.equal([positionValue({ lat: 0, lng: 0 }, 'own'), positionValue({}, 'own')], ['0 0 own', ''])
  assert.equal([readPosition(''), readPosition('x'), belongsToAddress('')], [null, null, false])
})

test.run()
