import type { ChannelResult } from './compare.ts'
import type { ChannelRun } from './run.ts'

const columns: readonly [string, (result: ChannelResult) => number][] = [
  ['events', ({ events }) => events],
  ['told', ({ told }) => told],
  ['repeated, same id', ({ repeated }) => repeated],
  ['missing', ({ missing }) => missing.length],
  ['told under two ids', ({ twice }) => twice.length],
  ['told twice after an answer', ({ repeatedAfterAnswer }) => repeatedAfterAnswer.length],
]

/** Prints a row for each channel. */
export function showRun({ orders, late, changes, kills, refused, seconds, channels }: ChannelRun): void {
  const total = `${kills} kills, ${orders} orders worked, ${late} late, ${changes} acknowledged changes, ${refused} messages refused`
  console.log(`${total}, ${Math.round(seconds)} s`)
  console.table(
    Object.fromEntries(
      Object.entries(channels).map(([name, result]) => [
        name,
        Object.fromEntries(columns.map(([column, count]) => [column, count(result)])),
      ]),
    ),
  )
}

/** What must not be, one line each. */
export const faultsOf = ({ channels, problems, shownAgain }: ChannelRun): string[] => [
  ...problems,
  ...shownAgain.map((id) => `alert: shown again after it was acknowledged: ${id}`),
  ...Object.entries(channels).flatMap(([name, { missing, twice, repeatedAfterAnswer }]) => [
    ...missing.map((one) => `${name}: missing: ${one}`),
    ...twice.map((one) => `${name}: under two ids: ${one}`),
    ...repeatedAfterAnswer.map((id) => `${name}: sent again after its answer: ${id}`),
  ]),
]
