import type { Results } from './results.ts'
import { number, table } from './table.ts'
import type { Target } from './targets.ts'

export const fanoutColumn = (dashboards: number, qos: 0 | 1) => `QoS ${qos}, ${dashboards}`

export function fanoutTable(results: Results): string[] {
  const { rows, columns } = results
  const rowsOf = (show: (row: string, column: string) => string) =>
    rows.map((row) => [row, ...columns.map((column) => show(row, column))])
  const figure = results.figure.bind(results)
  return [
    ...table(
      ['', ...columns],
      rowsOf((row, column) => {
        const deliveries = figure(row, column, 'deliveries')
        return Number.isNaN(deliveries) ? '–' : `${number(deliveries)} (${number(figure(row, column, 'processor'), 1)})`
      }),
    ),
    '',
    'From publish to the last dashboard: p50 / p99 in ms',
    ...table(
      ['', ...columns],
      rowsOf((row, column) => `${number(figure(row, column, 'p50'), 1)} / ${number(figure(row, column, 'p99'), 1)}`),
    ),
    '',
    'Server memory for each connection, after the run: KB',
    ...table(
      ['', ...columns],
      rowsOf((row, column) => number(figure(row, column, 'memory'), 1)),
    ),
    '',
    'CPUs used by the server / by the load generator',
    ...table(
      ['', ...columns],
      rowsOf((row, column) => {
        const server = (figure(row, column, 'processor') * figure(row, column, 'deliveries')) / 1e6
        return `${number(server, 2)} / ${number(figure(row, column, 'loadShare'), 2)}`
      }),
    ),
  ]
}

/** [dashboards, QoS, other subject, minimum ratio of our deliveries to the other's] */
const rules: readonly [number, 0 | 1, string, number][] = [
  [1000, 1, 'limit-ack', 0.9],
  [5000, 1, 'limit-ack', 0.9],
  [1000, 1, 'limit-batching', 0.7],
  [5000, 1, 'limit-batching', 0.7],
  [1000, 1, 'socketio', 1.4],
  [5000, 1, 'socketio', 1.4],
  [1000, 1, 'mosquitto', 1],
  [5000, 1, 'mosquitto', 1.3],
  [1000, 0, 'limit-broadcast', 0.95],
  [5000, 0, 'limit-broadcast', 0.85],
  [1000, 0, 'limit-batching', 0.7],
  [5000, 0, 'limit-batching', 0.7],
  [1000, 0, 'socketio', 1.4],
  [5000, 0, 'socketio', 1.4],
  [1000, 0, 'mosquitto', 1.2],
  [5000, 0, 'mosquitto', 1.9],
  [1000, 0, 'mosquitto-bridge', 1],
  [5000, 0, 'mosquitto-bridge', 1],
]

export function fanoutTargets(results: Results): Target[] {
  const ratio = (name: string, column: string, other: string) =>
    results.figure('callout', column, name) / results.figure(other, column, name)
  return rules.map(([dashboards, qos, other, limit]): Target => {
    const column = fanoutColumn(dashboards, qos)
    return {
      what: `deliveries, ${column}: × ${other}`,
      value: ratio('deliveries', column, other),
      is: 'at least',
      limit,
    }
  })
}
