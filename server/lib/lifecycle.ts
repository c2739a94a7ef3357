/** One thing that the server opens at start and closes at stop. */
export interface Part {
  name: string
  start?(): unknown
  stop?(): unknown
}

/** Starts parts in the given order and stops those that were started in the reverse order. */
export function createLifecycle(parts: readonly Part[]) {
  let started = 0

  return {
    /** Rejects with the error of the first part that does not start; the parts before it stay started until `stop`. */
    async start(): Promise<void> {
      for (const part of parts) {
        started++
        await part.start?.()
      }
    },

    /** Waits for each part before it stops the next one. The part whose start failed is stopped as well. */
    async stop(): Promise<void> {
      while (started > 0) await parts[--started]?.stop?.()
    },
  }
}
