import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { distanceBetween } from '#shared/geo.ts'
import { fitting, roundLength, toPixels, toPlace, zoomed } from './map-view.ts'

const size = { width: 400, height: 300 }
const places = [
  { lat: 52.52, lng: 13.405 },
  { lat: 52.5, lng: 13.39 },
]

test('a view shows all places, inside of its edges', () => {
  const view = fitting(places, size)
  for (const place of places) {
    const { x, y } = toPixels(view, size, place)
    assert.ok(x >= 39 && x <= 361 && y >= 39 && y <= 261, `${x} ${y}`)
  }
})

test('a pixel stands for the place that is drawn there', () => {
  const view = zoomed(fitting(places, size), 2)
  for (const place of places) {
    const { x, y } = toPixels(view, size, place)
    assert.ok(distanceBetween(toPlace(view, size, x, y), place) < 1)
  }
})

test('distances on the map are those of the places, to 1 %', () => {
  const view = fitting(places, size)
  const [a, b] = places.map((place) => toPixels(view, size, place))
  const drawn = Math.hypot((a?.x ?? 0) - (b?.x ?? 0), (a?.y ?? 0) - (b?.y ?? 0)) / view.scale
  const real = distanceBetween(places[0] ?? { lat: 0, lng: 0 }, places[1] ?? { lat: 0, lng: 0 })
  assert.ok(Math.abs(drawn / real - 1) < 0.01)
})

test('a map across the date line is centred on its place, not on the other side of the Earth', () => {
  const view = { center: { lat: 0, lng: 179.99 }, scale: 0.01 }
  const { x } = toPixels(view, size, { lat: 0, lng: -179.99 })
  assert.ok(Math.abs(x - 200 - 22) < 1)
})

test('one place, or none, has a view as well', () => {
  assert.is(fitting(places.slice(0, 1), size).scale, 1 / 4)
  assert.ok(Number.isFinite(fitting([], size).scale))
})

test('the scale is a round length', () => {
  assert.is(roundLength(0.1, 100), 1000)
  assert.is(roundLength(0.1, 60), 500)
  assert.is(roundLength(2, 90), 20)
})

test.run()
