import { useComputed } from '@preact/signals'
import { now } from '../models/sync/clock.ts'
import { clockTime, elapsedTime, exactTime, relativeTime } from '../models/ui/format.ts'

interface Props {
  at: string
  class?: string
}

// Each binds a computed text to a text node: time passing re-renders no component.

/** "3 min ago", by the server's clock; exact on hover. */
export function Ago({ at, class: extra }: Props) {
  return <Moving key={at} at={at} class={extra} words={relativeTime} />
}

/** "3 min": how long it has been waiting. */
export function Waiting({ at, class: extra }: Props) {
  return <Moving key={at} at={at} class={extra} words={elapsedTime} />
}

/** "14:02": a moment that has passed. */
export function ClockTime({ at, class: extra }: Props) {
  return <Moving key={at} at={at} class={extra} words={clockTime} />
}

function Moving({ at, class: extra, words }: Props & { words(at: string, now: number): string }) {
  const text = useComputed(() => words(at, now.value))
  return (
    <time dateTime={at} title={exactTime(at)} class={`whitespace-nowrap ${extra ?? ''}`}>
      {text}
    </time>
  )
}
