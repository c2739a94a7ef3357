import { LRUCache } from 'lru-cache'
import type { Clock } from './clock.ts'

const every = 60_000

/** Returns a function that is true at most once a minute for each key: whether the line of this key is due. */
export function createLogLimit(clock: Pick<Clock, 'now'>) {
  const loggedAt = new LRUCache<string, number>({ max: 1_000 })
  return (key: string): boolean => {
    const due = clock.now() - (loggedAt.get(key) ?? -Infinity) >= every
    if (due) loggedAt.set(key, clock.now())
    return due
  }
}
