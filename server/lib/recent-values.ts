import { LRUCache } from 'lru-cache'

/** The values that were used last, each for `ttl` ms at most. */
export function createRecentValues<Value extends object>(max: number, ttl: number) {
  const values = new LRUCache<string, Value>({ max, ttl })
  return {
    get: (key: string): Value | undefined => values.get(key),
    set: (key: string, value: Value): void => void values.set(key, value),
  }
}
