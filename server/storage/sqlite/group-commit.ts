import { UnavailableError } from '../../lib/errors.ts'
import type { Database } from './database.ts'
import { domainError } from './errors.ts'

/** Runs `operation` in a transaction; what it returns is handed over once that is on the disk. */
export type Write = <T>(operation: () => T) => Promise<T>

interface Waiting {
  run(): void
  succeed(): void
  fail(error: unknown): void
}

/** Bounds how long one transaction keeps the event loop. */
const largestGroup = 64

/** For how long nothing is written before it is a rest, in ms. */
const untilRest = 50

/**
 * A commit costs an fsync whether it holds one write or many, so the writes of one turn of the event loop share one:
 * three times the throughput at two hundred clients. A failed one takes nothing with it. An operation may be run twice,
 * the first time in vain. `tidy` is called at the end of every transaction, and in one of its own when the writing rests
 * or ends.
 */
export function createGroupCommit(database: Database, tidy: (resting: boolean) => void) {
  const queue: Waiting[] = []
  let open = false
  let turn: NodeJS.Immediate | undefined
  let rest: NodeJS.Timeout | undefined

  const write: Write = (operation) =>
    new Promise((resolve, reject) => {
      if (!open) throw new UnavailableError('the store is not running')
      let answer: () => void
      queue.push({
        run() {
          const value = operation()
          answer = () => resolve(value)
        },
        succeed: () => answer(),
        fail: (error) => reject(domainError(error)),
      })
      turn ??= setImmediate(commitSome)
    })

  function commitSome() {
    const group = queue.splice(0, largestGroup)
    turn = queue.length ? setImmediate(commitSome) : undefined
    commit(group, false)
    rest ??= setTimeout(() => commit([], true), untilRest)
    rest.refresh()
  }

  function commit(group: Waiting[], resting: boolean) {
    let settle: (() => void)[]
    try {
      settle = allAtOnce(group) ?? oneByOne(group)
      tidy(resting)
      database.run('COMMIT')
    } catch (error) {
      rollBack()
      for (const { fail } of group) fail(error)
      return
    }
    for (const done of settle) done()
  }

  /** Without a savepoint for each, which would copy whatever page it touches. undefined, and nothing done, when one has failed. */
  function allAtOnce(group: Waiting[]): (() => void)[] | undefined {
    database.run('BEGIN IMMEDIATE')
    try {
      for (const { run } of group) run()
      return group.map(({ succeed }) => succeed)
    } catch {
      rollBack()
      return undefined
    }
  }

  function oneByOne(group: Waiting[]): (() => void)[] {
    database.run('BEGIN IMMEDIATE')
    return group.map(attempt)
  }

  function attempt({ run, succeed, fail }: Waiting): () => void {
    database.run('SAVEPOINT one')
    try {
      run()
      database.run('RELEASE one')
      return succeed
    } catch (error) {
      // A full disk or an I/O error rolls the whole transaction back: then it has failed for everybody.
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
      // The caller is told of the error that led here; the next BEGIN would tell of this one.
    }
  }

  return {
    write,

    start() {
      open = true
    },
    /** Takes nothing more, commits what is waiting and tidies up. */
    stop() {
      open = false
      while (queue.length > 0) {
        clearImmediate(turn)
        commitSome()
      }
      if (!rest) return
      clearTimeout(rest)
      rest = undefined
      commit([], true)
    },
  }
}
