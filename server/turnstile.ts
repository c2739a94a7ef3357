import type { Server } from 'node:net'

/** In a turn of the event loop so much is begun. */
const aTurn = 4

/** How long those who are already here may be kept waiting for those who are coming, in ms. */
const longestWait = 100

export type Turnstile = ReturnType<typeof createTurnstile>

/**
 * Begins what can wait one after the other, a little in a turn of the event loop: when everybody comes at once, whoever
 * does something goes before those who only look.
 *
 * Node lets in one connection a turn (https://github.com/libuv/libuv/pull/3696), so behind two thousand that knock at one
 * moment the next one would wait for two thousand turns: while they come in the turns are kept short.
 */
export function createTurnstile(server: Server) {
  let waiting: (() => void)[] = []
  let turning = false
  let arrived = 0
  let begun = 0
  server.on('connection', () => void arrived++)

  function turn() {
    const now = performance.now()
    if (arrived > 0 && now - begun < longestWait) {
      arrived = 0
      return void setImmediate(turn)
    }
    begun = now
    const few = waiting.slice(0, aTurn)
    waiting = waiting.slice(aTurn)
    turning = waiting.length > 0
    if (turning) setImmediate(turn)
    for (const begin of few) begin()
  }

  return (begin: () => void) => {
    waiting.push(begin)
    if (turning) return
    turning = true
    begun = performance.now()
    setImmediate(turn)
  }
}
