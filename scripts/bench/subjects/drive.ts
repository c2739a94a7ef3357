import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { now } from '../clock.ts'
import { listenForCompletions } from '../completions.ts'
import { processCpuTime } from '../cpu-time.ts'

export interface DriveOptions {
  dashboards: number
  /** `window`: orders in flight (closed loop). `perSecond`: publications at a steady rate. */
  flow: { window: number } | { perSecond: number }
  /** `warmUp`: seconds that are not counted. */
  warmUp: number
  seconds: number
  /** Process id of the load generator. */
  loadPid: number
}

export interface Driven {
  /** Deliveries a second. */
  deliveries: number
  /** CPU time of all the subject's processes per delivery, in µs. */
  processor: number
  /** CPUs used by the load generator; near 1 it is itself the bottleneck. */
  loadShare: number
  /** From publish to the last dashboard, in ms. */
  p50: number
  p99: number
  orders: number
}

/** Without a completion for this long the run fails, in ms. */
const stallTimeout = 15_000

/**
 * Publishes in a closed loop (a new order when one reached every dashboard) or at a steady rate. The measured period
 * begins and ends with a completion, so that only whole orders count. `port` receives the completions.
 */
export async function createDrive({ publish, pids }: { publish: () => void; pids: readonly number[] }) {
  let onComplete: (at: number) => void = () => {}
  const completions = await listenForCompletions((at) => onComplete(at))

  function run({ dashboards, flow, warmUp, seconds, loadPid }: DriveOptions): Promise<Driven> {
    const publishedAt: number[] = []
    const publishNext = () => {
      publishedAt.push(now())
      publish()
    }
    const reading = (at: number) => ({ at, server: processCpuTime(pids), load: processCpuTime([loadPid]) })
    const begun = now()
    let complete = 0
    let first: ReturnType<typeof reading> | null = null
    let latencies: number[] = []
    let driven: Driven | null = null

    return new Promise((resolve, reject) => {
      const stallTimer = setTimeout(stalled, stallTimeout)
      const pace = 'perSecond' in flow ? setInterval(publishNext, 1_000 / flow.perSecond) : undefined
      function stalled() {
        onComplete = () => {}
        clearInterval(pace)
        reject(new Error(`order ${complete + 1} of ${publishedAt.length} did not reach every dashboard`))
      }

      onComplete = (at) => {
        stallTimer.refresh()
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
        // Orders in flight arrive first, so that they do not affect the next measurement.
        if (complete < publishedAt.length) return
        clearTimeout(stallTimer)
        resolve(driven)
      }
      if ('window' in flow) for (let n = 0; n < flow.window; n++) publishNext()
    })
  }

  return { port: completions.port, run, close: completions.close }
}
