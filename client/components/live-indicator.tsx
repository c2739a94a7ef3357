import type { LiveState } from '../models/live.ts'
import { clockTime } from '../models/format.ts'
import { now } from '../models/clock.ts'

/** Whether what is shown is what is: quiet, always there, never in the way. */
export function LiveIndicator({ state }: { state: LiveState }) {
  return (
    <p role="status" class="flex items-center gap-2 text-xs whitespace-nowrap text-soft">
      <span class={`size-2 shrink-0 rounded-full ${dots[state.phase]}`} aria-hidden="true" />
      {words(state)}
    </p>
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
