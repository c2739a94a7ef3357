/** One direction of a connection: what is pushed is delivered in the same order, each piece after a delay. */
export function createLine<Piece>(deliver: (piece: Piece) => void, delay: () => number) {
  let waiting: { piece: Piece; at: number }[] = []
  let timer: NodeJS.Timeout | undefined
  let last = 0

  function deliverDue() {
    timer = undefined
    while (waiting[0] && waiting[0].at <= performance.now()) {
      const [first] = waiting.splice(0, 1)
      if (first) deliver(first.piece)
    }
    schedule()
  }

  function schedule() {
    const [first] = waiting
    if (first && !timer) timer = setTimeout(deliverDue, Math.max(0, first.at - performance.now()))
  }

  return {
    push(piece: Piece) {
      const now = performance.now()
      last = Math.max(last, now + delay())
      if (waiting.length === 0 && last <= now) return deliver(piece)
      waiting.push({ piece, at: last })
      schedule()
    },
    /** Drops what is still on its way. */
    end() {
      clearTimeout(timer)
      timer = undefined
      waiting = []
    },
  }
}
