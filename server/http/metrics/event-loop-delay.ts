import { createDurations } from '../../lib/metrics.ts'

/** Often enough to see a pause of a tenth of a second, rarely enough to cost nothing. In ms. */
const every = 100

/** Measures from `start` on how much later than asked for a timer fires. */
export function createEventLoopDelay() {
  const delays = createDurations({
    name: 'callout_event_loop_delay_seconds',
    help: 'How late a timer fires, measured ten times a second from the first scrape on.',
  })
  let timer: NodeJS.Timeout | undefined

  return {
    metric: delays,
    start() {
      let due = performance.now() + every
      timer ??= setInterval(() => {
        const now = performance.now()
        delays.observe(Math.max(0, now - due) / 1000)
        due = now + every
      }, every).unref()
    },
    stop: () => clearInterval(timer),
  }
}
