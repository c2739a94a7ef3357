import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { now } from '../clock.ts'
import { listenForFeedback } from '../feedback.ts'
import { processorTime } from '../processor.ts'

export interface DriveOptions {
  dashboards: number
  /** Orders that are on their way at any time, or are published a second: one after the other, or at an even pace. */
  flow: { window: number } | { perSecond: number }
  /** Seconds that are not counted, and seconds that are. */
  warmUp: number
  seconds: number
  /** Of the load generator. */
  loadPid: number
}

export interface Driven {
  /** A second. */
  deliveries: number
  /** Of all the contestant's processes, in µs of processor time for one delivery. */
  processor: number
  /** How much of one processor the load generator was using: near 1 it is the limit itself. */
  loadShare: number
  /** From publish to the last dashboard, in ms. */
  p50: number
  p99: number
  orders: number
}

/** With no order complete for so long, some were lost. */
const patience = 15_000

/**
 * Publishes in a closed loop, a new order when one has reached every dashboard, or at a pace of its own. What is counted
 * begins and ends with a completion, so that no order is counted by half. `port` is where completions are to be said.
 */
export async function createDrive({ publish, pids }: { publish: () => void; pids: readonly number[] }) {
  let onComplete: (at: number) => void = () => {}
  const feedback = await listenForFeedback((at) => onComplete(at))

  function run({ dashboards, flow, warmUp, seconds, loadPid }: DriveOptions): Promise<Driven> {
    const publishedAt: number[] = []
    const publishNext = () => {
      publishedAt.push(now())
      publish()
    }
    const reading = (at: number) => ({ at, server: processorTime(pids), load: processorTime([loadPid]) })
    const begun = now()
    let complete = 0
    let first: ReturnType<typeof reading> | null = null
    let latencies: number[] = []
    let driven: Driven | null = null

    return new Promise((resolve, reject) => {
      const late = setTimeout(stalled, patience)
      const pace = 'perSecond' in flow ? setInterval(publishNext, 1_000 / flow.perSecond) : undefined
      function stalled() {
        onComplete = () => {}
        clearInterval(pace)
        reject(new Error(`order ${complete + 1} of ${publishedAt.length} has not reached every dashboard`))
      }

      onComplete = (at) => {
        late.refresh()
        const latency = at - (publishedAt[complete++] ?? at)
        const counting = first !== null && driven === null
        if (counting) latencies.push(latency)
        if (!first && at - begun >= warmUp * 1_000) first = reading(at)
        else if (first && counting && at - first.at >= seconds * 1_000) {
          const last = reading(at)
          const deliveries = latencies.length * dashboards
          driven = {
            deliveries: (deliveries / (last.at - first.at)) * 1_000,
            processor: ((last.server - first.server) * 1_000) / deliveries,
            loadShare: (last.load - first.load) / (last.at - first.at),
            p50: percentile(latencies, 0.5),
            p99: percentile(latencies, 0.99),
            orders: latencies.length,
          }
        }
        if (!driven) return void (pace ?? publishNext())
        clearInterval(pace)
        // What is on its way arrives first, so that whatever comes next begins in silence.
        if (complete < publishedAt.length) return
        clearTimeout(late)
        resolve(driven)
      }
      if ('window' in flow) for (let n = 0; n < flow.window; n++) publishNext()
    })
  }

  return { port: feedback.port, run, close: feedback.close }
}
