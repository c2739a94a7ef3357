import { parentPort, workerData } from 'node:worker_threads'
import { UnavailableError } from '../../lib/errors.ts'
import { DuplicateError } from '../store.ts'
import { createSqliteStore } from './index.ts'

// The thread that writes to the file named by `workerData`; threaded.ts is the other end.

/** What was asked in one turn of the other end's event loop. `now`: by its clock. */
export interface Calls {
  now: number
  calls: Call[]
}

/** `operation`: of the store, such as `orders.create`. */
export interface Call {
  id: number
  operation: string
  input: unknown[]
}

/** `value` is absent where nothing is answered. */
export type Answer = { id: number } & ({ value?: unknown } | { error: Failure })

/** An error of the port (store.ts), or one that nobody has foreseen. */
export type Failure =
  { duplicate: DuplicateError['field'] } | { unavailable: string } | { message: string; stack: string | undefined }

if (!parentPort || typeof workerData !== 'string') throw new Error('writer-thread-main.ts runs in a thread of its own')
const port = parentPort

let now = 0
const store = createSqliteStore({ file: workerData, clock: { now: () => now, after: () => () => {} } })
let answers: Answer[] = []

// As JSON: one string is all that has to be cloned, here and on the way back.
port.on('message', (said: string) => {
  const asked: Calls = JSON.parse(said)
  now = asked.now
  for (const call of asked.calls) void answer(call).then(say)
})

async function answer({ id, operation, input }: Call): Promise<Answer> {
  try {
    return { id, value: await perform(operation, input) }
  } catch (error) {
    return { id, error: failureOf(error) }
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof DuplicateError) return { duplicate: error.field }
  if (error instanceof UnavailableError) return { unavailable: [error.message, error.cause].filter(Boolean).join(': ') }
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error), stack: undefined }
}

function perform(operation: string, input: unknown[]): unknown {
  const path = operation.split('.')
  const name = path.pop() ?? ''
  const part: object = path.reduce((whole: object, key) => Object(Reflect.get(whole, key)), store)
  return Reflect.apply(Object(Reflect.get(part, name)), part, input)
}

/** What one commit has settled goes back together: when there is no more of it. */
function say(said: Answer) {
  if (answers.push(said) === 1) process.nextTick(handOver)
}

function handOver() {
  port.postMessage(JSON.stringify(answers))
  answers = []
}
