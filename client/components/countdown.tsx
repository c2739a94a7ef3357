import { useEffect, useState } from 'preact/hooks'
import { RichText } from './rich-text.tsx'
import { clock } from '../models/sync/clock.ts'
import { countdownText } from '../models/ui/countdown-text.ts'
import { exactTime } from '../models/ui/format.ts'

interface Props {
  until: string
  /** With `{time}` for what is left. */
  text: string
  /** Once the time is over. */
  over: string
}

/** How long it is until a time, by the server's clock, to the second. */
export function Countdown({ until, text, over }: Props) {
  const [, tick] = useState(0)
  const left = Date.parse(until) - clock.now()
  useEffect(() => {
    if (left <= 0) return
    // Just after the next whole second, so that no second is left out.
    const timer = setTimeout(() => tick((ticks) => ticks + 1), (left % 1000) + 20)
    return () => clearTimeout(timer)
  })
  if (left <= 0) return <>{over}</>
  const time = (
    <time role="timer" dateTime={until} title={exactTime(until)} class="font-semibold whitespace-nowrap tabular-nums">
      {countdownText(Math.ceil(left / 1000))}
    </time>
  )
  return <RichText text={text} parts={{ time }} />
}
