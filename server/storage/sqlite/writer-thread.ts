import { Worker } from 'node:worker_threads'
import type { Clock } from '../../lib/clock.ts'
import { createInFlightTable } from '../../lib/in-flight-table.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { DuplicateError, recordKinds, type Store } from '../store.ts'
import { createSqliteStore, type SqliteOptions } from './index.ts'
import type { Answer, Call, Calls, Failure } from './writer-thread-main.ts'

/** With so many at hand the writer begins, while the rest of what has come in is still being read. */
const enough = 16

/** Nobody waits for these: they go with what is asked next, and share its commit. */
const unhurried = new Set(['orders.markPublished'])

/** How long they look for company, in ms; after that they go by themselves. */
const patience = 20

/**
 * The embedded store of a server: what is written goes through a thread of its own (writer-thread-main.ts), so that neither the disk
 * nor a checkpoint keeps anybody waiting but those who write. What is read, is read here, as it was last committed.
 */
export function createWriterThreadStore(options: SqliteOptions): Store {
  const { clock } = options
  // An order is stamped when it is sent and seen when it is committed: whoever looks for changes looks back to before that.
  const now = () => Math.min(clock.now(), writer.oldest())
  const reading = createSqliteStore({ ...options, clock: { ...clock, now }, readOnly: true })
  const writer = createWriter(options, reading.lookAnew)

  /** Of this part of the store, these operations write. */
  function part<Part extends object>(path: string, read: Part, writing: (keyof Part & string)[]): Part {
    const asked = writing.map((name) => [name, (...input: unknown[]) => writer.ask(`${path}.${name}`, input)] as const)
    return { ...read, ...Object.fromEntries(asked) }
  }

  const records = recordKinds.map((kind) => [kind, part(`records.${kind}`, reading.records[kind], ['write'])] as const)
  return {
    async start() {
      await reading.start()
      try {
        await writer.start()
      } catch (error) {
        await reading.stop()
        throw error
      }
    },
    async stop() {
      await writer.stop()
      await reading.stop()
    },
    ping: reading.ping,
    users: part('users', reading.users, ['create', 'change']),
    sessions: part('sessions', reading.sessions, ['create', 'rotate', 'end', 'endAllOf', 'sweep']),
    services: part('services', reading.services, ['create', 'change']),
    orders: part('orders', reading.orders, ['create', 'freeIdempotencyKey', 'replace', 'markPublished']),
    presence: part('presence', reading.presence, ['put']),
    devices: part('devices', reading.devices, ['create', 'seen', 'keepSession', 'remove']),
    notes: part('notes', reading.notes, ['put', 'remove']),
    records: { ...reading.records, ...Object.fromEntries(records) },
  }
}

/** What stamps orders with the time, by which changes are found. */
const stamping = new Set(['orders.create', 'orders.replace', 'records.orders.write'])

/** What is asked of the writer and not answered yet. `since`: when, in ms since the epoch; Infinity if it stamps nothing. */
interface Open {
  since: number
  settle: (answer: Answer) => void
}

function createWriter({ file, clock }: { file: string; clock: Clock }, lookAnew: () => void) {
  let thread: Worker | null = null
  let waiting: Call[] = []
  let turn: NodeJS.Immediate | undefined
  let later: NodeJS.Timeout | undefined
  const open = createInFlightTable<Open>()

  function ask(operation: string, input: unknown[]): Promise<unknown> {
    if (!thread) return Promise.reject(new UnavailableError('the store is not running'))
    // What is asked in one turn of the event loop goes together, and may share a commit.
    if (unhurried.has(operation)) later ??= setTimeout(send, patience)
    else turn ??= setImmediate(send)
    return new Promise((resolve, reject) => {
      const id = open.add({
        since: stamping.has(operation) ? clock.now() : Infinity,
        settle: (answer) => ('error' in answer ? reject(errorOf(answer.error)) : resolve(answer.value)),
      })
      waiting.push({ id, operation, input })
      if (waiting.length >= enough) send()
    })
  }

  function send() {
    clearImmediate(turn)
    clearTimeout(later)
    turn = later = undefined
    if (waiting.length === 0) return
    const calls: Calls = { now: clock.now(), calls: waiting }
    waiting = []
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none, a window does
    thread?.postMessage(JSON.stringify(calls))
  }

  function hear(said: string) {
    const answers: Answer[] = JSON.parse(said)
    // Whoever is told that it is written finds it written.
    lookAnew()
    for (const answer of answers) open.remove(answer.id)?.settle(answer)
  }

  return {
    ask,
    /** When the oldest of what stamps and is not answered yet was asked, in ms since the epoch; Infinity when there is none. */
    oldest: () => open.all().reduce((oldest, { since }) => Math.min(oldest, since), Infinity),
    /** A thread that fails later on ends the process: nobody listens for its "error". */
    async start() {
      const started = startThread(file).on('message', hear)
      thread = started
      try {
        await ask('start', [])
      } catch (error) {
        thread = null
        await started.terminate()
        throw error
      }
    },
    /** Takes nothing more; what was asked is done. */
    async stop() {
      if (!thread) return
      const [ending, stopped] = [thread, ask('stop', [])]
      send()
      thread = null
      await stopped
      await ending.terminate()
    },
  }
}

/** In a build it is a file beside this one; from the sources it is TypeScript, which every thread has to be told how to read. */
function startThread(file: string): Worker {
  return import.meta.url.endsWith('.ts')
    ? new Worker(new URL('writer-thread-main.ts', import.meta.url), {
        workerData: file,
        execArgv: ['--import', new URL('../../read-typescript.mjs', import.meta.url).href],
      })
    : new Worker(new URL('writer-thread-main.js', import.meta.url), { workerData: file })
}

function errorOf(failure: Failure): Error {
  if ('duplicate' in failure) return new DuplicateError(failure.duplicate)
  return 'unavailable' in failure
    ? new UnavailableError(failure.unavailable)
    : Object.assign(new Error(failure.message), { stack: failure.stack })
}
