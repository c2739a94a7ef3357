import type { LiveState } from '../models/sync/live.ts'
import type { Workspace } from '../models/workspace.ts'
import { clockTime, shortDuration } from '../models/ui/format.ts'
import { clock, now } from '../models/sync/clock.ts'

/** Whether what is shown is what is: quiet, always there, never in the way. */
export function LiveIndicator({ state, freshness }: { state: LiveState; freshness?: Workspace['freshness'] }) {
  return (
    <p role="status" class="flex items-center gap-2 text-xs whitespace-nowrap text-soft">
      <span class={`size-2 shrink-0 rounded-full ${dots[state.phase]}`} aria-hidden="true" />
      {words(state)}
      {freshness && state.phase === 'live' && <Fresh freshness={freshness} />}
    </p>
  )
}

/** From a change at the server to this screen. */
function Fresh({ freshness }: { freshness: Workspace['freshness'] }) {
  if (!freshness.value) return null
  const { median, p95, count } = freshness.value
  const title =
    `A change is on this screen ${shortDuration(median)} after it is made, 95 in 100 within ${shortDuration(p95)} (the last ${count}). ` +
    `This computer’s clock and the server’s agree within ${shortDuration(clock.accuracy())}.`
  return (
    <span class="text-soft max-sm:hidden" title={title}>
      <span class="sr-only">Changes arrive within </span>
      {shortDuration(median)}
    </span>
  )
}

const dots = {
  connecting: 'animate-pulse bg-edge',
  catching_up: 'animate-pulse bg-pending',
  live: 'bg-completed',
  offline: 'border-2 border-danger',
} as const

function words(state: LiveState): string {
  switch (state.phase) {
    case 'connecting':
      return 'Connecting…'
    case 'catching_up':
      return 'Catching up…'
    case 'live':
      return 'Live'
    case 'offline':
      return `Offline since ${clockTime(state.since, now.value)}`
  }
}
