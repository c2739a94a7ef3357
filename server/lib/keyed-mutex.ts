/** One after the other for each key: what is begun while something of the same key is under way waits for its end. */
export function createKeyedMutex() {
  const last = new Map<string, Promise<void>>()

  return function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (last.get(key) ?? Promise.resolve()).then(work)
    const over = () => {
      if (last.get(key) === settled) last.delete(key)
    }
    const settled: Promise<void> = turn.then(over, over)
    last.set(key, settled)
    return turn
  }
}
