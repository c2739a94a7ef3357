import { DomainError } from './errors.ts'

/**
 * Runs at most `parallel` tasks at a time, in the order in which they came. Throws unavailable for one that would have to
 * wait behind `most` others.
 */
export function limitParallel(parallel: number, most: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async function run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (running >= parallel) {
      if (waiting.length >= most)
        throw new DomainError('unavailable', 'Too many files are being sent. Try again in a moment.', { retryAfter: 2 })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await task()
    } finally {
      // The place of this task is handed to the next one.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
