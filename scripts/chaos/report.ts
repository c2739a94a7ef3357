import { countOf, type Difference } from './compare/difference.ts'
import type { Outcome, Progress } from './run.ts'

const terminal = process.stderr.isTTY

/** A line that lives on a terminal, and one a second elsewhere. */
export function showProgress({ seconds, phase, tally, links }: Progress) {
  const { kills, orders, changes, events } = tally
  const text =
    `${seconds.toFixed(0).padStart(4)} s  ${kills} kills  ${orders} orders  ${changes} changes  ` +
    `${events} events  ${links} connections  ${phase}`
  process.stderr.write(terminal ? `\r\x1b[K${text.slice(0, process.stderr.columns - 1)}` : `${text}\n`)
}

/** Every figure of a run, by what it counts. */
export function figuresOf({ seconds, tally, stored, startTime, differences }: Outcome): Record<string, number> {
  return {
    'seconds of chaos': Math.round(seconds),
    'kills (SIGKILL)': tally.kills,
    'pauses (SIGSTOP)': tally.pauses,
    'stops (SIGTERM)': tally.stops,
    'start of the server, ms': Math.round(startTime),
    'connections cut': tally.cuts,
    'network off': tally.networkOff,
    duplicated: tally.duplicated,
    reordered: tally.reordered,
    delayed: tally.delayed,
    'answers swallowed': tally.swallowed,
    'tokens renewed': tally.renewals,
    'signed in again': tally.signIns,
    'requests tried again': tally.retries,
    'orders acknowledged': tally.orders,
    'orders stored': stored,
    'changes acknowledged': tally.changes,
    'changes refused': tally.refusals,
    'connections of dashboards': tally.connections,
    'pages reloaded': tally.reloads,
    'events received by dashboards': tally.events,
    'LOST: orders and changes': countOf(differences, 'order lost', 'change lost', 'answers differ'),
    'DUPLICATED: orders and changes': countOf(differences, 'order twice', 'change twice', 'two winners'),
    'WRONG on dashboards': countOf(differences, 'screen', 'went back'),
    'WRONG histories': countOf(differences, 'history'),
    'NOT PUBLISHED': countOf(differences, 'unpublished'),
    'GAPS of listeners': countOf(differences, 'listener'),
    'DIFFERENT by REST': countOf(differences, 'rest'),
    'other trouble': countOf(differences, 'server', 'abandoned', 'too little'),
  }
}

export function showTable(figures: Record<string, number>) {
  if (terminal) process.stderr.write('\r\x1b[K')
  for (const [what, number] of Object.entries(figures)) console.log(`${what.padEnd(34)} ${String(number).padStart(9)}`)
}

const shown = 10

export function showDifferences(differences: readonly Difference[]) {
  for (const { kind, words } of differences.slice(0, shown)) console.log(`  ${kind}: ${words}`)
  if (differences.length > shown) console.log(`  … and ${differences.length - shown} more`)
}
