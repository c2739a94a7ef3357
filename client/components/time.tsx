import { useComputed } from '@preact/signals'
import { now } from '../models/sync/clock.ts'
import { clockTime, elapsedTime, exactTime, relativeTime } from '../models/ui/format.ts'

interface Props {
  at: string
  class?: string
}

// Each binds a computed text to a text node, so that the clock re-renders no component.

/** "3 min ago", by the server's clock; exact on hover. */
export function RelativeTime({ at, class: extra }: Props) {
  return <LiveTime key={at} at={at} class={extra} format={relativeTime} />
}

/** "3 min": the time since `at`. */
export function ElapsedTime({ at, class: extra }: Props) {
  return <LiveTime key={at} at={at} class={extra} format={elapsedTime} />
}

/** "14:02": a time in the past. */
export function ClockTime({ at, class: extra }: Props) {
  return <LiveTime key={at} at={at} class={extra} format={clockTime} />
}

function LiveTime({ at, class: extra, format }: Props & { format(at: string, now: number): string }) {
  const text = useComputed(() => format(at, now.value))
  return (
    <time dateTime={at} title={exactTime(at)} class={`whitespace-nowrap ${extra ?? ''}`}>
      {text}
    </time>
  )
}
