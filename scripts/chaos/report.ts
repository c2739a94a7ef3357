import { countOf, type Difference } from './compare/difference.ts'
import type { Outcome, Progress } from './run.ts'

const terminal = process.stderr.isTTY

/** Updates one line on a terminal; prints a line a second elsewhere. */
export function showProgress({ seconds, phase, counters, links }: Progress) {
  const { kills, orders, changes, events } = counters
  const text =
    `${seconds.toFixed(0).padStart(4)} s  ${kills} kills  ${orders} orders  ${changes} changes  ` +
    `${events} events  ${links} connections  ${phase}`
  process.stderr.write(terminal ? `\r\x1b[K${text.slice(0, process.stderr.columns - 1)}` : `${text}\n`)
}

/** All figures of a run, by label. */
export function figuresOf({ seconds, counters, stored, startTime, differences }: Outcome): Record<string, number> {
  return {
    'seconds of chaos': Math.round(seconds),
    'kills (SIGKILL)': counters.kills,
    'pauses (SIGSTOP)': counters.pauses,
    'stops (SIGTERM)': counters.stops,
    'start of the server, ms': Math.round(startTime),
    'clock set forward': counters.clockForward,
    'clock set back': counters.clockBack,
    'vendors deactivated': counters.deactivations,
    'jobs released by it': counters.released,
    'jobs reassigned by it': counters.reassigned,
    'vendors activated again': counters.reactivations,
    'rounds of admins': counters.adminRounds,
    'refused: last admin': counters.lastAdmin,
    'prices changed': counters.priceChanges,
    'services withdrawn': counters.withdrawals,
    'refused: price or service': counters.priceRefusals,
    'refused: no vendor able': counters.ableRefusals,
    'skills changed': counters.skillChanges,
    'offers moved on': counters.offerMoves,
    'connections cut': counters.cuts,
    'network off': counters.networkOff,
    duplicated: counters.duplicated,
    reordered: counters.reordered,
    delayed: counters.delayed,
    'responses dropped': counters.droppedResponses,
    'tokens renewed': counters.renewals,
    'signed in again': counters.signIns,
    'requests retried': counters.retries,
    'orders acknowledged': counters.orders,
    'orders stored': stored,
    'changes acknowledged': counters.changes,
    'corrections acknowledged': counters.corrections,
    'messages acknowledged': counters.messages,
    'photos acknowledged': counters.photos,
    'payments acknowledged': counters.payments,
    'refunds acknowledged': counters.refunds,
    'ratings acknowledged': counters.ratings,
    'orders failed': counters.failures,
    'orders reopened': counters.reopened,
    'changes refused': counters.refusals,
    'connections of dashboards': counters.connections,
    'pages reloaded': counters.reloads,
    'events received by dashboards': counters.events,
    'LOST: orders and changes': countOf(differences, 'order lost', 'change lost', 'responses differ'),
    'DUPLICATED: orders and changes': countOf(differences, 'order duplicated', 'change duplicated', 'two winners'),
    'WRONG on dashboards': countOf(differences, 'dashboard', 'version regressed'),
    'WRONG histories': countOf(differences, 'history', 'time regressed'),
    'WRONG totals': countOf(differences, 'total'),
    'WRONG hand-overs': countOf(differences, 'hand-over'),
    'WRONG offers': countOf(differences, 'offer'),
    'WRONG sign-ins': countOf(differences, 'signed in', 'no admin'),
    'WRONG catalogues': countOf(differences, 'catalogue'),
    'WRONG presence': countOf(differences, 'presence'),
    'NOT PUBLISHED': countOf(differences, 'unpublished'),
    'GAPS of listeners': countOf(differences, 'listener'),
    'DIFFERENT by REST': countOf(differences, 'rest'),
    'LOST or DOUBLED messages': countOf(differences, 'message'),
    'LOST or DOUBLED photos': countOf(differences, 'file'),
    'WRONG notifications': countOf(differences, 'notification'),
    'other problems': countOf(differences, 'server', 'abandoned', 'too little activity'),
  }
}

export function showTable(figures: Record<string, number>) {
  if (terminal) process.stderr.write('\r\x1b[K')
  for (const [label, number] of Object.entries(figures))
    console.log(`${label.padEnd(34)} ${String(number).padStart(9)}`)
}

const shown = 10

export function showDifferences(differences: readonly Difference[]) {
  for (const { kind, detail } of differences.slice(0, shown)) console.log(`  ${kind}: ${detail}`)
  if (differences.length > shown) console.log(`  … and ${differences.length - shown} more`)
}
