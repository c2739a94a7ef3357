export type Tally = ReturnType<typeof createTally>

const mostErrors = 10

/** What has happened so far. */
export function createTally() {
  const counts = {
    placed: 0,
    completed: 0,
    cancelled: 0,
    rejected: 0,
    /** Offers that another van took first. */
    beaten: 0,
    /** Connections that a van lost. */
    lost: 0,
    /** Answers 429. */
    limited: 0,
    errors: 0,
  }
  const errors: string[] = []

  return {
    counts,
    add: (what: keyof typeof counts) => void counts[what]++,
    open: () => counts.placed - counts.completed - counts.cancelled - counts.rejected,
    /** The first errors, for the summary. */
    errors: errors as readonly string[],
    failed(what: string, error: unknown) {
      counts.errors++
      if (errors.length < mostErrors) errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
    },
  }
}
