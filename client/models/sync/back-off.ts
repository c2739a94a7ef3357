/** How long to wait before the next attempt, in ms: twice as long each time up to `most`, and never in step with others. */
export const backOff = (attempt: number, { first, most }: { first: number; most: number }): number =>
  Math.min(most, first * 2 ** attempt) * (0.75 + Math.random() / 2)
