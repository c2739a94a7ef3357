import type { Clock } from '../../../server/lib/clock.ts'

/** Delivers pieces in the order pushed, each after its delay. */
export function createDelayedQueue<Piece>(clock: Clock, deliver: (piece: Piece) => void, delay: () => number) {
  let waiting: { piece: Piece; at: number }[] = []
  let cancelTimer: (() => void) | undefined
  let last = 0

  function deliverDue() {
    cancelTimer = undefined
    while (waiting[0] && waiting[0].at <= clock.now()) {
      const [first] = waiting.splice(0, 1)
      if (first) deliver(first.piece)
    }
    schedule()
  }

  function schedule() {
    const [first] = waiting
    if (first && !cancelTimer) cancelTimer = clock.after(Math.max(0, first.at - clock.now()), deliverDue)
  }

  return {
    push(piece: Piece) {
      const now = clock.now()
      last = Math.max(last, now + delay())
      if (waiting.length === 0 && last <= now) return deliver(piece)
      waiting.push({ piece, at: last })
      schedule()
    },
    /** Drops all pieces that are not yet delivered. */
    end() {
      cancelTimer?.()
      cancelTimer = undefined
      waiting = []
    },
  }
}
