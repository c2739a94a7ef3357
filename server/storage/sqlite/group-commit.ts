import { UnavailableError } from '../../lib/errors.ts'
import type { Database, Failed } from './database.ts'

/** Runs `operation` in a transaction; resolves to its result after the commit has reached the disk. */
export type Write = <T>(operation: () => T) => Promise<T>

interface QueuedWrite {
  run(): void
  succeed(): void
  fail(error: unknown): void
}

/** Bounds how long one transaction blocks the event loop. */
const maxGroup = 64

/** Time without writes after which the writer is idle, in ms. */
const idleAfter = 50

/** Time without writes after which the write-ahead log is copied into the file, in ms. */
const quietAfter = 500

interface GroupCommitOptions {
  /** Called at the end of every transaction, and in its own one when writes pause or end. */
  maintain(idle: boolean): void
  /** Converts an error to the port's. */
  failed: Failed
}

/**
 * A commit costs one fsync for any number of writes, so the writes of one event-loop turn share one: three times the
 * throughput at two hundred clients. A failed write does not affect the others. An operation may run twice, the first
 * time rolled back.
 */
export function createGroupCommit(database: Database, { maintain, failed }: GroupCommitOptions) {
  const queue: QueuedWrite[] = []
  let open = false
  let turn: NodeJS.Immediate | undefined
  let idleTimer: NodeJS.Timeout | undefined
  let quietTimer: NodeJS.Timeout | undefined

  const write: Write = (operation) =>
    new Promise((resolve, reject) => {
      if (!open) throw new UnavailableError('the store is not running')
      let settle: () => void
      queue.push({
        run() {
          const value = operation()
          settle = () => resolve(value)
        },
        succeed: () => settle(),
        fail: (error) => reject(failed(error)),
      })
      turn ??= setImmediate(commitNext)
    })

  function commitNext() {
    const group = queue.splice(0, maxGroup)
    turn = queue.length ? setImmediate(commitNext) : undefined
    commit(group, false)
    idleTimer ??= setTimeout(() => commit([], true), idleAfter)
    idleTimer.refresh()
    startQuietTimer()
  }

  function startQuietTimer() {
    quietTimer ??= setTimeout(checkpoint, quietAfter).unref()
    quietTimer.refresh()
  }

  /**
   * A copy of the file alone then has everything. PASSIVE waits for no reader, and copies nothing while one needs the
   * older pages: the next quiet moment does.
   */
  function checkpoint() {
    try {
      const result = database.get<{ log: number; checkpointed: number }>('PRAGMA wal_checkpoint(PASSIVE)')
      if (result && result.checkpointed < result.log) startQuietTimer()
    } catch (error) {
      // Nothing is lost: the log keeps the pages.
      failed(error)
    }
  }

  function commit(group: QueuedWrite[], idle: boolean) {
    let settle: (() => void)[]
    try {
      settle = runTogether(group) ?? runSeparately(group)
      maintain(idle)
      database.run('COMMIT')
    } catch (error) {
      rollBack()
      for (const { fail } of group) fail(error)
      return
    }
    for (const done of settle) done()
  }

  /** Without savepoints, which copy every page they touch. Rolls everything back and returns undefined if a write fails. */
  function runTogether(group: QueuedWrite[]): (() => void)[] | undefined {
    database.run('BEGIN IMMEDIATE')
    try {
      for (const { run } of group) run()
      return group.map(({ succeed }) => succeed)
    } catch {
      rollBack()
      return undefined
    }
  }

  function runSeparately(group: QueuedWrite[]): (() => void)[] {
    database.run('BEGIN IMMEDIATE')
    return group.map(runInSavepoint)
  }

  function runInSavepoint({ run, succeed, fail }: QueuedWrite): () => void {
    database.run('SAVEPOINT one')
    try {
      run()
      database.run('RELEASE one')
      return succeed
    } catch (error) {
      // A full disk or an I/O error rolls the whole transaction back: every write of the group has failed.
      if (!database.inTransaction()) throw error
      database.run('ROLLBACK TO one')
      database.run('RELEASE one')
      return () => fail(error)
    }
  }

  function rollBack() {
    try {
      if (database.inTransaction()) database.run('ROLLBACK')
    } catch {
      // The caller gets the error that led here; this one would fail the next BEGIN.
    }
  }

  return {
    write,

    start() {
      open = true
      startQuietTimer()
    },
    /** Accepts no more writes, commits those that wait and runs `maintain`. */
    stop() {
      open = false
      while (queue.length > 0) {
        clearImmediate(turn)
        commitNext()
      }
      clearTimeout(quietTimer)
      quietTimer = undefined
      if (!idleTimer) return
      clearTimeout(idleTimer)
      idleTimer = undefined
      commit([], true)
    },
  }
}
