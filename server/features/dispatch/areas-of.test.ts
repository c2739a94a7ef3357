import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { AreaRecord } from './area-records.ts'
import { areasOf, postcodesIn, type Place } from './areas-of.ts'

const area = (id: string, more: Partial<AreaRecord>): AreaRecord => ({
  id,
  name: id,
  postcodes: [],
  polygon: null,
  ...more,
})
const namesAt = (place: Partial<Place>, ...areas: AreaRecord[]) =>
  areasOf({ address: '', ...place }, areas).map(({ name }) => name)

test('a postcode is found in the address, and a house number is none', () => {
  const spandau = area('Spandau', { postcodes: ['135'] })
  const westminster = area('Westminster', { postcodes: ['SW1'] })
  const market = area('Market', { postcodes: ['12'] })
  assert.equal(namesAt({ address: 'Hauptstr. 5, 13585 Berlin' }, spandau, market), ['Spandau'])
  assert.equal(namesAt({ address: '10 Downing St, London SW1A 2AA' }, westminster), ['Westminster'])
  assert.equal(namesAt({ address: '10 Downing St, London sw1a2aa' }, westminster), ['Westminster'])
  assert.equal(namesAt({ address: '1200 Market St, 94103' }, market), [])
  assert.equal(namesAt({ address: 'Am Markt 12' }, market), [])
  assert.ok(postcodesIn('1 Infinite Loop, Cupertino 95014').includes('95014'))
})

test('a district is found by its name in any case', () =>
  assert.equal(namesAt({ area: 'spandau ' }, area('Spandau', {}), area('Mitte', {})), ['Spandau']))

test('coordinates decide where an area has a polygon', () => {
  const square = area('Square', {
    polygon: [
      [13, 52],
      [14, 52],
      [14, 53],
      [13, 53],
    ],
  })
  assert.equal(namesAt({ lat: 52.5, lng: 13.4 }, square), ['Square'])
  assert.equal(namesAt({ lat: 51.5, lng: 13.4, area: 'Square' }, square), [])
  assert.equal(namesAt({ area: 'Square' }, square), ['Square'], 'without coordinates by its name')
})

test.run()
