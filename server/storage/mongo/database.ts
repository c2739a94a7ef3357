import { setTimeout as sleep } from 'node:timers/promises'
import mongoose, { type Connection, type ConnectOptions } from 'mongoose'
import { UnavailableError } from '../../lib/errors.ts'
import { hostOf, namesDatabase, optionsIn } from './connection-uri.ts'
import { domainError, isUnavailable, isUnreachable } from './errors.ts'
import type { RecordDefinition } from '../records.ts'
import { createStoreMetrics } from '../store-metrics.ts'
import { metaCollection, requireSchemaVersion } from './schema-version.ts'
import { defineModels, type Models } from './models.ts'
import { indexesOf, type RecordDocument, type RecordDocuments } from './record-documents.ts'

export interface DatabaseOptions {
  /** `mongodb://…` or `mongodb+srv://…`; its options override those set here. */
  uri: string
  /** The definitions whose indexes are created at the start. */
  records?: readonly RecordDefinition[]
  /** Whether start() waits until the server can be reached. */
  waitForServer?: boolean
  /** How long a response may take, in ms: longer for scripts that read whole collections. */
  socketTimeout?: number
  log?: { info(text: string): void; warn(text: string): void }
}

/** Runs `work` on the models; rejects with UnavailableError when the database cannot be used. */
export type Use = <T>(work: (models: Models) => PromiseLike<T>) => Promise<T>

export type Database = ReturnType<typeof createDatabase>

/** From a failed connection attempt to the next, in ms. */
const reconnectAfter = 500

/**
 * An operation fails after two seconds without a server: most restarts take less, and the caller does not wait long. The
 * driver's monitor, which has its own connection, detects a server that stops responding within a second and closes the
 * connections to it; so a write that is only slow may take longer. All in ms.
 */
const defaults = {
  maxPoolSize: 50,
  serverSelectionTimeoutMS: 2_000,
  heartbeatFrequencyMS: 1_000,
  connectTimeoutMS: 2_000,
  waitQueueTimeoutMS: 10_000,
  socketTimeoutMS: 10_000,
  retryWrites: true,
  retryReads: true,
  // An acknowledged write is on a majority of the members, and in their journals.
  w: 'majority',
  journal: true,
  wtimeoutMS: 10_000,
  appName: 'callout',
} satisfies ConnectOptions

const startCancelled = () => new UnavailableError('the start was cancelled')

export function createDatabase({ uri, records = [], waitForServer = false, socketTimeout, log }: DatabaseOptions) {
  const host = hostOf(uri)
  const inFlight = new Set<Promise<unknown>>()
  const metrics = createStoreMetrics(() => inFlight.size)
  let opened: { connection: Connection; models: Models } | null = null
  let starting = new AbortController()
  /** Whether the driver's monitor sees a server that accepts writes. */
  let available = true

  /** The driver's message, without the URI and its credentials. */
  const reason = (error: unknown) =>
    (error instanceof Error ? error.message : String(error))
      .replaceAll(uri, host)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\/\/[^\s/]*@/g, '//')

  async function connect() {
    const inUri = optionsIn(uri)
    const settings = { ...defaults, ...(socketTimeout !== undefined && { socketTimeoutMS: socketTimeout }) }
    const options = Object.fromEntries(Object.entries(settings).filter(([key]) => !inUri.has(key.toLowerCase())))
    const connection = mongoose.createConnection(uri, {
      ...options,
      ...(namesDatabase(uri) ? {} : { dbName: 'callout' }),
      // Overrides the URI: a secondary lags behind, and its clock differs.
      readPreference: 'primary',
      ignoreUndefined: true,
      bufferCommands: false,
      sanitizeFilter: true,
    })
    try {
      await connection.asPromise()
      watch(connection)
      await requireSchemaVersion(collectionOf(connection, metaCollection))
      const models = defineModels(connection)
      // Indexes first: without them lists scan, and unique values are not enforced.
      for (const model of Object.values(models)) await model.init()
      for (const definition of records) {
        for (const { key, unique } of indexesOf(definition))
          await collectionOf(connection, definition.name).createIndex(key, { unique })
      }
      return { connection, models }
    } catch (error) {
      await connection.destroy(true).catch(() => {})
      throw error
    }
  }

  /** Logs each change once. */
  function setAvailable(next: boolean) {
    if (next === available) return
    available = next
    if (next) log?.info(`the database at ${host} is back`)
    else log?.warn(`the database at ${host} has gone: requests that need it fail until it is back`)
  }

  /** The driver's monitor detects an outage within a second, even without requests. */
  function watch(connection: Connection) {
    available = true
    let writable = true
    connection
      .getClient()
      .on('topologyDescriptionChanged', ({ newDescription }) => {
        writable = [...newDescription.servers.values()].some((server) => server.isWritable)
        if (opened?.connection === connection) setAvailable(writable)
      })
      .on('serverHeartbeatSucceeded', () => {
        if (writable && opened?.connection === connection) setAvailable(true)
      })
  }

  async function connectWithRetry(cancelled: AbortSignal) {
    for (let logged = false; ; logged = true) {
      try {
        return await connect()
      } catch (error) {
        if (!isUnavailable(error))
          throw new Error(`the database at ${host} (MONGO_URI) refuses: ${reason(error)}`, { cause: error })
        if (!waitForServer)
          throw new UnavailableError(`the database at ${host} (MONGO_URI) cannot be reached`, { cause: error })
        if (!logged)
          log?.warn(`the database at ${host} (MONGO_URI) cannot be reached (${reason(error)}): waiting for it`)
      }
      await sleep(reconnectAfter, null, { signal: cancelled }).catch(() => {
        throw startCancelled()
      })
    }
  }

  function running() {
    if (!opened) throw new UnavailableError('the store is not running')
    return opened
  }

  /** Runs `work`; close() waits for it. */
  async function track<T>(work: () => PromiseLike<T>): Promise<T> {
    const startedAt = performance.now()
    const done = Promise.resolve(work())
    inFlight.add(done)
    try {
      return await done
    } catch (error) {
      if (opened && isUnreachable(error)) setAvailable(false)
      throw domainError(error, log !== undefined && !available)
    } finally {
      inFlight.delete(done)
      metrics.measure(startedAt)
    }
  }

  return {
    metrics: metrics.all,

    async open(): Promise<void> {
      starting = new AbortController()
      const { signal } = starting
      const connecting = connectWithRetry(signal)
      const cancelled = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(startCancelled()))
      })
      try {
        opened = await Promise.race([connecting, cancelled])
      } catch (error) {
        // The current attempt may still succeed.
        if (signal.aborted) void connecting.then(({ connection }) => connection.destroy(true)).catch(() => {})
        throw error
      }
    },

    /** Cancels a start that waits; otherwise waits for the operations in flight. */
    async close(): Promise<void> {
      starting.abort()
      const closing = opened
      opened = null
      await Promise.allSettled(inFlight)
      await closing?.connection.destroy()
    },

    use: (async (work) => {
      const { models } = running()
      return track(() => work(models))
    }) satisfies Use,

    /** Runs `work` on a collection through the driver, without a Mongoose schema. */
    async inCollection<T>(name: string, work: (documents: RecordDocuments) => PromiseLike<T>): Promise<T> {
      const { connection } = running()
      return track(() => work(collectionOf(connection, name)))
    },

    /** The server's clock, in milliseconds since the epoch. It stamps the orders. */
    async now(): Promise<number> {
      const { connection } = running()
      const { localTime } = await track(() => connection.getClient().db('admin').command({ hello: 1 }))
      return Number(localTime)
    },

    /** Deletes the database with its collections. */
    async drop(): Promise<void> {
      const { connection } = running()
      await track(() => connection.dropDatabase())
    },
  }
}

const collectionOf = (connection: Connection, name: string): RecordDocuments =>
  connection.getClient().db(connection.name).collection<RecordDocument>(name)
