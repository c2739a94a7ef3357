import { Worker } from 'node:worker_threads'
import type { Clock } from '../../lib/clock.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { createInFlightTable } from '../../lib/in-flight-table.ts'
import { DuplicateError } from '../store.ts'
import type { OperationKind } from './operations.ts'
import { bundleThread } from './bundle-thread.ts'
import type { Batch, Failure, Request, Response, WriterData } from './writer-thread-main.ts'

/** With this number of requests queued they are sent at once, while the rest of the turn's input is still being read. */
const batchSize = 16

/** How long deferrable requests wait for another request, in ms; then they are sent by themselves. */
const deferFor = 20

/** A request without a response. `since`: when it was queued, in ms since the epoch; Infinity if it stamps no order. */
interface Pending {
  since: number
  settle: (response: Response) => void
}

/** The main thread's end of the writer thread. `refreshSnapshot` runs before the responses of a commit are settled. */
export function createWriter(data: WriterData, clock: Clock, refreshSnapshot: () => void) {
  let thread: Worker | null = null
  let queued: Request[] = []
  let turn: NodeJS.Immediate | undefined
  let deferred: NodeJS.Timeout | undefined
  const pending = createInFlightTable<Pending>()

  function request(operation: string, kind: OperationKind, input: unknown[]): Promise<unknown> {
    if (!thread) return Promise.reject(new UnavailableError('the store is not running'))
    // The requests of one event-loop turn go together, and may share a commit.
    if (kind === 'deferrable') deferred ??= setTimeout(send, deferFor)
    else turn ??= setImmediate(send)
    return new Promise((resolve, reject) => {
      const id = pending.add({
        since: kind === 'stamping' ? clock.now() : Infinity,
        settle: (response) => ('error' in response ? reject(errorOf(response.error)) : resolve(response.value)),
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
    for (const response of responses) pending.remove(response.id)?.settle(response)
  }

  return {
    request,
    /** When the oldest pending request that stamps orders was queued, in ms since the epoch; Infinity when there is none. */
    oldest: () => pending.all().reduce((oldest, { since }) => Math.min(oldest, since), Infinity),
    /** A thread that fails later ends the process: its "error" event has no listener. */
    async start() {
      const started = startThread(data).on('message', receive)
      thread = started
      try {
        await request('start', 'write', [])
      } catch (error) {
        thread = null
        await started.terminate()
        throw error
      }
    },
    /** Accepts no more requests; those it has accepted are completed. */
    async stop() {
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
function startThread(workerData: WriterData): Worker {
  return import.meta.url.endsWith('.ts')
    ? new Worker(bundleThread(new URL('writer-thread-main.ts', import.meta.url)), { eval: true, workerData })
    : new Worker(new URL('writer-thread-main.js', import.meta.url), { workerData })
}

function errorOf(failure: Failure): Error {
  if ('duplicate' in failure) return new DuplicateError(failure.duplicate)
  return 'unavailable' in failure
    ? new UnavailableError(failure.unavailable)
    : Object.assign(new Error(failure.message), { stack: failure.stack })
}
