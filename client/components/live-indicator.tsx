import { t } from '../i18n/index.ts'
import type { LiveState } from '../live/live.ts'
import type { Workspace } from '../models/workspace.ts'
import { clockTime, shortDuration } from '../models/ui/format.ts'
import { clock, now } from '../models/sync/clock.ts'

/** Shows whether the page is connected and up to date. */
export function LiveIndicator({ state, freshness }: { state: LiveState; freshness?: Workspace['freshness'] }) {
  return (
    <p role="status" class="flex items-center gap-2 text-xs text-soft max-sm:max-w-[5.75rem] sm:whitespace-nowrap">
      <span class={`size-2 shrink-0 rounded-full ${dots[state.phase]}`} aria-hidden="true" />
      {labelOf(state)}
      {freshness && state.phase === 'live' && <Fresh freshness={freshness} />}
    </p>
  )
}

/** Latency from a change at the server to this screen. */
function Fresh({ freshness }: { freshness: Workspace['freshness'] }) {
  if (!freshness.value) return null
  const { median, p95, count } = freshness.value
  const title = t().live.freshness(shortDuration(median), shortDuration(p95), count, shortDuration(clock.accuracy()))
  return (
    <span class="text-soft max-sm:hidden" title={title}>
      <span class="sr-only">{t().live.changesArriveWithin(shortDuration(median))}</span>
      <span aria-hidden="true">{shortDuration(median)}</span>
    </span>
  )
}

const dots = {
  connecting: 'animate-pulse bg-edge',
  catching_up: 'animate-pulse bg-pending',
  live: 'bg-completed',
  offline: 'border-2 border-danger',
} as const

function labelOf(state: LiveState): string {
  switch (state.phase) {
    case 'connecting':
      return t().live.connecting
    case 'catching_up':
      return t().live.catchingUp
    case 'live':
      return t().live.live
    case 'offline':
      return t().live.offlineSince(clockTime(state.since, now.value))
  }
}
