import { setTimeout as sleep } from 'node:timers/promises'
import mongoose, { type Connection, type ConnectOptions } from 'mongoose'
import { UnavailableError } from '../../lib/errors.ts'
import { hostOf, namesDatabase, optionsIn } from './connection-uri.ts'
import { domainError, isAway, isUnreachable } from './errors.ts'
import { defineModels, type Models } from './models.ts'

export interface DatabaseOptions {
  /** `mongodb://…` or `mongodb+srv://…`; what it asks for goes before what is set here. */
  uri: string
  /** Whether a start waits for a server that is away. */
  patient?: boolean
  /** How long an answer may take, in ms: for scripts that read all there is, when nobody waits for them. */
  answerWithin?: number
  log?: { info(text: string): void; warn(text: string): void }
}

/** Does something with the models; rejects with UnavailableError when the database cannot be used. */
export type Use = <T>(work: (models: Models) => PromiseLike<T>) => Promise<T>

export type Database = ReturnType<typeof createDatabase>

/** How long a start waits before it tries again, in ms. */
const tryAgainAfter = 500

/**
 * A request has two seconds to find a server: long enough for a restart that is about to end, short enough for whoever
 * asks. One that stops answering is found out by the monitor (a look every second, over a connection of its own), which
 * cuts what waits on it; so a write that is merely slow may take its time. All in ms.
 */
const standard = {
  maxPoolSize: 50,
  serverSelectionTimeoutMS: 2_000,
  heartbeatFrequencyMS: 1_000,
  connectTimeoutMS: 2_000,
  waitQueueTimeoutMS: 10_000,
  socketTimeoutMS: 10_000,
  retryWrites: true,
  retryReads: true,
  // Of nothing that is acknowledged there is just one copy, and none is in memory only.
  w: 'majority',
  journal: true,
  wtimeoutMS: 10_000,
  appName: 'callout',
} satisfies ConnectOptions

const givenUp = () => new UnavailableError('the start was given up')

export function createDatabase({ uri, patient = false, answerWithin, log }: DatabaseOptions) {
  const host = hostOf(uri)
  const underWay = new Set<Promise<unknown>>()
  let opened: { connection: Connection; models: Models } | null = null
  let waiting = new AbortController()
  /** Whether a server that takes writes is there, as far as the driver's monitor knows. */
  let there = true

  /** The reason in the driver's words, which may repeat the URI. */
  const reason = (error: unknown) =>
    (error instanceof Error ? error.message : String(error))
      .replaceAll(uri, host)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\/\/[^\s/]*@/g, '//')

  async function connect() {
    const given = optionsIn(uri)
    const ours = { ...standard, ...(answerWithin !== undefined && { socketTimeoutMS: answerWithin }) }
    const options = Object.fromEntries(Object.entries(ours).filter(([key]) => !given.has(key.toLowerCase())))
    const connection = mongoose.createConnection(uri, {
      ...options,
      ...(namesDatabase(uri) ? {} : { dbName: 'callout' }),
      // Whatever the URI says: a secondary lags behind, and has a clock of its own.
      readPreference: 'primary',
      ignoreUndefined: true,
      bufferCommands: false,
      sanitizeFilter: true,
    })
    try {
      await connection.asPromise()
      watch(connection)
      const models = defineModels(connection)
      // With its indexes: the first list must not scan, and no unique value be given twice.
      for (const model of Object.values(models)) await model.init()
      return { connection, models }
    } catch (error) {
      await connection.destroy(true).catch(() => {})
      throw error
    }
  }

  /** Says once that it has gone, and once that it is back. */
  function noteWhether(now: boolean) {
    if (now === there) return
    there = now
    if (now) log?.info(`the database at ${host} is back`)
    else log?.warn(`the database at ${host} has gone; until it is back, what needs it is refused`)
  }

  /** A look every second finds out by itself, if nobody who asks has done so before. */
  function watch(connection: Connection) {
    there = true
    let writable = true
    connection
      .getClient()
      .on('topologyDescriptionChanged', ({ newDescription }) => {
        writable = [...newDescription.servers.values()].some((server) => server.isWritable)
        if (opened?.connection === connection) noteWhether(writable)
      })
      .on('serverHeartbeatSucceeded', () => {
        if (writable && opened?.connection === connection) noteWhether(true)
      })
  }

  async function connectPatiently(given: AbortSignal) {
    for (let told = false; ; told = true) {
      try {
        return await connect()
      } catch (error) {
        if (!isAway(error))
          throw new Error(`the database at ${host} (MONGO_URI) refuses: ${reason(error)}`, { cause: error })
        if (!patient)
          throw new UnavailableError(`the database at ${host} (MONGO_URI) cannot be reached`, { cause: error })
        if (!told) log?.warn(`the database at ${host} (MONGO_URI) cannot be reached (${reason(error)}): waiting for it`)
      }
      await sleep(tryAgainAfter, null, { signal: given }).catch(() => {
        throw givenUp()
      })
    }
  }

  function running() {
    if (!opened) throw new UnavailableError('the store is not running')
    return opened
  }

  /** Does it, and remembers that it is under way. */
  async function track<T>(work: () => PromiseLike<T>): Promise<T> {
    const done = Promise.resolve(work())
    underWay.add(done)
    try {
      return await done
    } catch (error) {
      if (opened && isUnreachable(error)) noteWhether(false)
      throw domainError(error, log !== undefined && !there)
    } finally {
      underWay.delete(done)
    }
  }

  return {
    async open(): Promise<void> {
      waiting = new AbortController()
      const { signal } = waiting
      const connecting = connectPatiently(signal)
      const given = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(givenUp()))
      })
      try {
        opened = await Promise.race([connecting, given])
      } catch (error) {
        // An attempt that was under way may still succeed.
        if (signal.aborted) void connecting.then(({ connection }) => connection.destroy(true)).catch(() => {})
        throw error
      }
    },

    /** Ends a start that waits; else finishes what is under way. */
    async close(): Promise<void> {
      waiting.abort()
      const closing = opened
      opened = null
      await Promise.allSettled(underWay)
      await closing?.connection.destroy()
    },

    use: (async (work) => {
      const { models } = running()
      return track(() => work(models))
    }) satisfies Use,

    /** The server's clock, in milliseconds since the epoch; the one that stamps the orders. */
    async now(): Promise<number> {
      const { connection } = running()
      const { localTime } = await track(() => connection.getClient().db('admin').command({ hello: 1 }))
      return Number(localTime)
    },

    /** Removes the database and all that is in it. */
    async drop(): Promise<void> {
      const { connection } = running()
      await track(() => connection.dropDatabase())
    },
  }
}
