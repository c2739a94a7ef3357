import type { Server } from 'node:net'

/**
 * How many tasks start per event-loop turn. Tasks of one turn share its fixed costs (one storage snapshot, one poll of the
 * sockets): with 4 instead of 16 a reconnect storm admitted a seventh fewer clients per second.
 */
const tasksPerTurn = 16

/** How long deferred tasks may wait in favour of new connections, in milliseconds. */
const maxDelay = 100

export type AdmissionScheduler = ReturnType<typeof createAdmissionScheduler>

/**
 * Returns `schedule`, which starts at most 16 deferrable tasks per event-loop turn, so that writes are served first during
 * a reconnect storm.
 *
 * libuv accepts one connection per event-loop turn (https://github.com/libuv/libuv/pull/3696), so a client behind 2000
 * others in the listen backlog waits for 2000 turns. While connections arrive, the tasks wait and the turns stay short.
 */
export function createAdmissionScheduler(server: Server) {
  let queue: (() => void)[] = []
  /** How many more tasks may start in this turn. */
  let remaining = tasksPerTurn
  let turnScheduled = false
  /** A connection was accepted since the last turn. */
  let connectionAccepted = false
  let lastStart = 0
  server.on('connection', () => void (connectionAccepted = true))

  function runTurn() {
    turnScheduled = false
    remaining = tasksPerTurn
    const moreMayFollow = connectionAccepted
    connectionAccepted = false
    if (queue.length === 0) return
    const now = performance.now()
    if (moreMayFollow && now - lastStart < maxDelay) return scheduleTurn()
    lastStart = now
    const batch = queue.slice(0, tasksPerTurn)
    queue = queue.slice(tasksPerTurn)
    scheduleTurn()
    for (const task of batch) task()
  }

  function scheduleTurn() {
    if (turnScheduled) return
    turnScheduled = true
    setImmediate(runTurn)
  }

  return function schedule(task: () => void): void {
    scheduleTurn()
    if (queue.length > 0) return void queue.push(task)
    lastStart = performance.now()
    // Without new connections there is nothing to defer the task for.
    if (remaining > 0 && !connectionAccepted) {
      remaining--
      task()
    } else queue.push(task)
  }
}
