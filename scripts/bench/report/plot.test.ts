import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { plotFanout } from './plot.ts'
import { Results } from './results.ts'

const cell = (row: string, column: string, deliveries: number) => ({
  row,
  column,
  rounds: [{ deliveries }],
  steal: [],
  errors: [],
})

const test = suite('bench: plot')

test('shows each measured figure and nothing else', () => {
  const svg = plotFanout(new Results([cell('callout', 'QoS 1, 1000', 54_321), cell('socketio', 'QoS 1, 1000', 39_000)]))
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/)
  for (const text of ['54,321', '39,000', 'Callout', 'Socket.IO', '1,000 dashboards']) assert.match(svg, text)
  assert.not.match(svg, '5,000 dashboards')
  assert.not.match(svg, 'NaN')
})

test('has colours for dark mode', () => {
  const svg = plotFanout(new Results([cell('callout', 'QoS 1, 1000', 1)]))
  assert.match(svg, 'prefers-color-scheme: dark')
})

test.run()
