import { parentPort, workerData } from 'node:worker_threads'
import { UnavailableError } from '../../lib/errors.ts'
import type { RecordDefinition } from '../records.ts'
import { DuplicateError } from '../store.ts'
import { OutageError, type Outage } from './errors.ts'
import { createSqliteStore } from './index.ts'
import {
  bulkOperations,
  bulkPath,
  collectionOperations,
  collectionPath,
  partOperations,
  writesOf,
  type OperationKind,
  type PartName,
} from './operations.ts'

// The thread that writes to the file; writer.ts is the other end of its port.

export interface WriterData {
  file: string
  /** The definitions of the features; they are plain data. */
  records: readonly RecordDefinition[]
}

/** The requests of one event-loop turn. `now`: by the caller's clock. */
export interface Batch {
  now: number
  requests: Request[]
}

/** `operation`: such as `orders.create`. */
export interface Request {
  id: number
  operation: string
  input: unknown[]
}

/** `value` is absent where an operation returns nothing. */
export type Response = { id: number } & ({ value?: unknown } | { error: Failure })

/** An error of the port (store.ts), or any other error. */
export type Failure =
  | { duplicate: string }
  | { outage: Outage; cause: string }
  | { unavailable: string }
  | { message: string; stack: string | undefined }

type Operation = (...input: unknown[]) => unknown

if (!parentPort) throw new Error('writer-thread-main.ts runs in a worker thread')
const port = parentPort
const { file, records }: WriterData = workerData

let now = 0
const store = createSqliteStore({
  file,
  records,
  clock: { now: () => now, monotonic: () => now, after: () => () => {} },
})
const operations = new Map<string, Operation>([
  ['start', store.start],
  ['stop', store.stop],
  ['writeNothing', store.writeNothing],
  ['purge', store.purge],
  ...writesOfPart('users'),
  ...writesOfPart('sessions'),
  ...writesOfPart('orders'),
  ...[...store.bulkTransfer.kinds].flatMap(([kind, table]) => writes(bulkPath(kind), table, bulkOperations)),
  ...store.records.flatMap((definition) =>
    writes(collectionPath(definition.name), store.collection(definition), collectionOperations),
  ),
])
let responses: Response[] = []

function writesOfPart(name: PartName) {
  return writes(name, store[name], partOperations[name])
}

/** The writes of a part of the store, under the names that requests carry. Their input is trusted: writer-thread.ts is typed. */
function writes(path: string, part: object, kinds: Readonly<Record<string, OperationKind>>): [string, Operation][] {
  const own = new Map<string, Operation>(Object.entries(part))
  return writesOf(kinds).flatMap(({ name }) => {
    const operation = own.get(name)
    return operation ? [[`${path}.${name}`, operation]] : []
  })
}

// As JSON: one string is all that is cloned, in both directions.
port.on('message', (message: string) => {
  const batch: Batch = JSON.parse(message)
  now = batch.now
  for (const request of batch.requests) void respond(request).then(queue)
})

async function respond({ id, operation, input }: Request): Promise<Response> {
  try {
    const perform = operations.get(operation)
    if (!perform) throw new Error(`the writer thread has no operation ${operation}`)
    return { id, value: await perform(...input) }
  } catch (error) {
    return { id, error: failureOf(error) }
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof DuplicateError) return { duplicate: error.field }
  if (error instanceof OutageError) return { outage: error.outage, cause: String(error.cause) }
  if (error instanceof UnavailableError) return { unavailable: [error.message, error.cause].filter(Boolean).join(': ') }
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error), stack: undefined }
}

/** The responses that one commit settles go back in one message. */
function queue(response: Response) {
  if (responses.push(response) === 1) process.nextTick(send)
}

function send() {
  port.postMessage(JSON.stringify(responses))
  responses = []
}
