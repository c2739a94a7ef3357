import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { polygonText, readPolygon } from './polygon.ts'

const ring = [
  [13, 52],
  [14, 52],
  [14, 53],
]
const polygon = { type: 'Polygon', coordinates: [[...ring, [13, 52]]] }
const read = (value: unknown) => readPolygon(JSON.stringify(value))

test('a polygon is read from whatever GeoJSON holds it, without the closing position', () => {
  const feature = { type: 'Feature', properties: {}, geometry: polygon }
  for (const value of [
    polygon,
    feature,
    { type: 'FeatureCollection', features: [feature] },
    { type: 'MultiPolygon', coordinates: [polygon.coordinates] },
    { type: 'Polygon', coordinates: [ring] },
    { type: 'Polygon', coordinates: [ring.map((position) => [...position, 35])] },
  ])
    assert.equal(read(value), ring, JSON.stringify(value))
  assert.equal(readPolygon('  '), [])
  assert.equal(readPolygon(polygonText([[13, 52], [14, 52], [14, 53]])), ring) // prettier-ignore
  assert.is(polygonText([]), '')
})

test('each mistake is named', () => {
  assert.is(readPolygon('{"type": "Polygon"'), 'unreadable')
  assert.is(read([ring]), 'noPolygon')
  assert.is(read({ type: 'Point', coordinates: [13, 52] }), 'noPolygon')
  assert.is(read({ type: 'GeometryCollection', geometries: [polygon, polygon] }), 'several')
  assert.is(read({ type: 'Polygon', coordinates: [ring, ring] }), 'hole')
  assert.is(read({ type: 'Polygon', coordinates: [ring.slice(1)] }), 'points')
  assert.is(read({ type: 'Polygon', coordinates: [Array.from({ length: 1001 }, (_, n) => [n / 10, 0])] }), 'points')
  assert.is(read({ type: 'Polygon', coordinates: [[...ring, [13, 91]]] }), 'range')
  assert.is(read({ type: 'Polygon', coordinates: [[...ring, ['13', 52]]] }), 'range')
})

test.run()
