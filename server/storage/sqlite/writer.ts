import { Worker } from 'node:worker_threads'
import type { Clock } from '../../lib/clock.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { TextLog } from '../../lib/log.ts'
import { createInFlightTable } from '../../lib/in-flight-table.ts'
import { createStoreMetrics } from '../store-metrics.ts'
import { DuplicateError } from '../store.ts'
import { OutageError } from './errors.ts'
import type { OperationKind } from './operations.ts'
import type { Outages } from './outages.ts'
import { bundleThread } from './bundle-thread.ts'
import type { Batch, Failure, Request, Response, WriterData } from './writer-thread-main.ts'

/** With this number of requests queued they are sent at once, while the rest of the turn's input is still being read. */
const batchSize = 16

/** From the end of a thread that failed to the start of the next one, in ms. */
const restartAfter = 1_000

/** How long deferrable requests wait for another request, in ms; then they are sent by themselves. */
const deferFor = 20

/** A request without a response. `since`: when it was queued, in ms since the epoch; Infinity if it stamps no order. */
interface Pending {
  since: number
  /** When it was queued, in ms of `performance.now()`; null if it may be deferred. */
  queuedAt: number | null
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

export interface WriterDependencies {
  data: WriterData
  clock: Clock
  /** Runs before the responses of a commit are settled. */
  refreshSnapshot: () => void
  outages: Pick<Outages, 'failed' | 'written'>
  log?: TextLog
  /** Replaced in tests. */
  startThread?: (data: WriterData) => Worker
}

/** The main thread's end of the writer thread. */
export function createWriter({
  data,
  clock,
  refreshSnapshot,
  outages,
  log,
  startThread = startWriterThread,
}: WriterDependencies) {
  let thread: Worker | null = null
  let queued: Request[] = []
  let turn: NodeJS.Immediate | undefined
  let deferred: NodeJS.Timeout | undefined
  let running = false
  let cancelRestart = () => {}
  const pending = createInFlightTable<Pending>()
  const metrics = createStoreMetrics(pending.size)

  function request(operation: string, kind: OperationKind, input: unknown[]): Promise<unknown> {
    if (!thread) return Promise.reject(new UnavailableError('the store is not running'))
    // The requests of one event-loop turn go together, and may share a commit.
    if (kind === 'deferrable') deferred ??= setTimeout(send, deferFor)
    else turn ??= setImmediate(send)
    return new Promise((resolve, reject) => {
      const id = pending.add({
        since: kind === 'stamping' ? clock.now() : Infinity,
        queuedAt: kind === 'deferrable' ? null : performance.now(),
        resolve,
        reject,
      })
      queued.push({ id, operation, input })
      if (queued.length >= batchSize) send()
    })
  }

  function send() {
    clearImmediate(turn)
    clearTimeout(deferred)
    turn = deferred = undefined
    if (queued.length === 0) return
    const batch: Batch = { now: clock.now(), requests: queued }
    queued = []
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none, a window does
    thread?.postMessage(JSON.stringify(batch))
  }

  function receive(message: string) {
    const responses: Response[] = JSON.parse(message)
    // Once its write resolves, a caller reads what it wrote.
    refreshSnapshot()
    for (const response of responses) settle(response)
  }

  function settle(response: Response) {
    const settled = pending.remove(response.id)
    const queuedAt = settled?.queuedAt ?? null
    if (queuedAt !== null) metrics.measure(queuedAt)
    if ('error' in response) return settled?.reject(outages.failed(errorOf(response.error, data.file)))
    outages.written()
    settled?.resolve(response.value)
  }

  async function open(): Promise<void> {
    const started = startThread(data)
    thread = started
    started.on('message', receive).on('error', (error) => restart(started, error))
    try {
      await request('start', 'write', [])
    } catch (error) {
      thread = null
      await started.terminate()
      throw error
    }
  }

  /** A thread that fails, for want of memory for example, takes its requests with it; callers may repeat them. */
  function restart(failed: Worker, error: unknown) {
    if (thread !== failed) return
    thread = null
    queued = []
    for (const { reject } of pending.clear()) reject(new UnavailableError('the writer thread has failed'))
    if (!running) return
    log?.error(`the thread that writes to ${data.file} has failed and is started again: ${String(error)}`)
    restartLater()
  }

  function restartLater() {
    cancelRestart = clock.after(restartAfter, () => {
      open().catch((error: unknown) => {
        outages.failed(error)
        if (running) restartLater()
      })
    })
  }

  return {
    request,
    metrics: metrics.all,
    /** When the oldest pending request that stamps orders was queued, in ms since the epoch; Infinity when there is none. */
    oldest: () => pending.all().reduce((oldest, { since }) => Math.min(oldest, since), Infinity),
    async start() {
      await open()
      running = true
    },
    /** Accepts no more requests; those it has accepted are completed. */
    async stop() {
      running = false
      cancelRestart()
      if (!thread) return
      const [ending, stopped] = [thread, request('stop', 'write', [])]
      send()
      thread = null
      await stopped
      await ending.terminate()
    },
  }
}

/** In a build the thread's code is a file beside this one; from the sources it is bundled first. */
function startWriterThread(workerData: WriterData): Worker {
  return import.meta.url.endsWith('.ts')
    ? new Worker(bundleThread(new URL('writer-thread-main.ts', import.meta.url)), { eval: true, workerData })
    : new Worker(new URL('writer-thread-main.js', import.meta.url), { workerData })
}

function errorOf(failure: Failure, file: string): Error {
  if ('duplicate' in failure) return new DuplicateError(failure.duplicate)
  if ('outage' in failure) return new OutageError(failure.outage, file, { cause: failure.cause })
  return 'unavailable' in failure
    ? new UnavailableError(failure.unavailable)
    : Object.assign(new Error(failure.message), { stack: failure.stack })
}
