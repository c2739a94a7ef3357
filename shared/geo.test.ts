import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bearingBetween, directionOf, distanceBetween } from './geo.ts'

const berlin = { lat: 52.52, lng: 13.405 }
const potsdam = { lat: 52.3906, lng: 13.0645 }

test('distances are those of the Earth, also across the date line', () => {
  assert.ok(Math.abs(distanceBetween(berlin, potsdam) - 27_190) < 200)
  assert.is(distanceBetween(berlin, berlin), 0)
  const acrossTheDateLine = distanceBetween({ lat: 0, lng: 179.99 }, { lat: 0, lng: -179.99 })
  assert.ok(Math.abs(acrossTheDateLine - 2_224) < 5)
})

test('directions are clockwise from north', () => {
  assert.is(directionOf(bearingBetween(berlin, potsdam)), 'sw')
  assert.is(directionOf(bearingBetween(potsdam, berlin)), 'ne')
  assert.is(directionOf(359), 'n')
  assert.is(directionOf(bearingBetween({ lat: 0, lng: 0 }, { lat: 0, lng: 1 })), 'e')
})

test.run()
