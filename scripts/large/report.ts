import { percentile } from '../../server/system-tests/lib/numbers.ts'
import type { LargeRun } from './run.ts'

/** Of every request, in ms. */
export const longest = 100
/** By how much the server's memory may grow during the first export, in MB, garbage included. */
const mostForExport = 192
/** How much more the same export may take once more, in MB: what each export kept would be a part of its size. */
const mostForNextExport = 32

const p95 = (latencies: readonly number[]) => percentile(latencies, 0.95)

/** Prints a row for each kind of request. */
export function showRun({ orders, placed, megabytes, latencies, placing, exported }: LargeRun): void {
  console.log(`${orders} orders, ${Math.round(megabytes)} MB, and ${placed} placed meanwhile`)
  const rows = [...latencies, ['place an order', placing] as const].map(([name, times]) => [
    name,
    {
      times: times.length,
      ...Object.fromEntries(
        [0.5, 0.95, 0.99].map((share) => [`p${share * 100} ms`, rounded(percentile(times, share))]),
      ),
    },
  ])
  console.table(Object.fromEntries(rows))
  const { bytes, seconds, before, most, mostNext } = exported
  console.log(
    `export: ${rounded(bytes / 1e6)} MB in ${rounded(seconds)} s, memory ${rounded(before)} MB before, ` +
      `at most ${rounded(most)} MB, at most ${rounded(mostNext)} MB in the next export`,
  )
}

const rounded = (value: number) => Math.round(value * 10) / 10

/** What must not be, one line each. */
export const faultsOf = ({ latencies, placing, exported: { before, most, mostNext } }: LargeRun): string[] => [
  ...[...latencies, ['place an order', placing] as const].flatMap(([name, times]) =>
    p95(times) <= longest ? [] : [`${name}: p95 is ${rounded(p95(times))} ms, above ${longest} ms`],
  ),
  ...(most - before <= mostForExport ? [] : [`the export took ${rounded(most - before)} MB of memory`]),
  ...(mostNext - most <= mostForNextExport ? [] : [`the next export took ${rounded(mostNext - most)} MB more`]),
]
