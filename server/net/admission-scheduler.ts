import type { Server } from 'node:net'

/**
 * In a turn of the event loop so much is begun. What is begun together shares what a turn costs (one look into the store,
 * one at the sockets): with four, a seventh fewer clients came in a second.
 */
const aTurn = 16

/** How long those who are already here may be kept waiting for those who are coming, in ms. */
const longestWait = 100

export type AdmissionScheduler = ReturnType<typeof createAdmissionScheduler>

/**
 * Begins what can wait one after the other, a little in a turn of the event loop: when everybody comes at once, whoever
 * does something goes before those who only look.
 *
 * Node lets in one connection a turn (https://github.com/libuv/libuv/pull/3696), so behind two thousand that knock at one
 * moment the next one would wait for two thousand turns: while they come in the turns are kept short.
 */
export function createAdmissionScheduler(server: Server) {
  let waiting: (() => void)[] = []
  /** Of what may be begun in this turn. */
  let left = aTurn
  let turning = false
  /** Somebody has come in since the last turn. */
  let coming = false
  let begun = 0
  server.on('connection', () => void (coming = true))

  function turn() {
    turning = false
    left = aTurn
    const more = coming
    coming = false
    if (waiting.length === 0) return
    const now = performance.now()
    if (more && now - begun < longestWait) return turnLater()
    begun = now
    const few = waiting.slice(0, aTurn)
    waiting = waiting.slice(aTurn)
    turnLater()
    for (const begin of few) begin()
  }

  function turnLater() {
    if (turning) return
    turning = true
    setImmediate(turn)
  }

  return (begin: () => void) => {
    turnLater()
    if (waiting.length > 0) return void waiting.push(begin)
    begun = performance.now()
    // Nobody is at the door: at once, before anything else has its turn.
    if (left > 0 && !coming) {
      left--
      begin()
    } else waiting.push(begin)
  }
}
