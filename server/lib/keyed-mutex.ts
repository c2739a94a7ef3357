/** Returns a function that runs the tasks of one key one after the other; tasks of different keys run concurrently. */
export function createKeyedMutex() {
  const tails = new Map<string, Promise<void>>()

  return function runExclusive<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const result = (tails.get(key) ?? Promise.resolve()).then(task)
    const cleanUp = () => {
      if (tails.get(key) === settled) tails.delete(key)
    }
    const settled: Promise<void> = result.then(cleanUp, cleanUp)
    tails.set(key, settled)
    return result
  }
}
