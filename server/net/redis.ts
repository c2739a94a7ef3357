import { Redis, type RedisOptions } from 'ioredis'

/** A Redis that does not answer within this time counts as unavailable. Milliseconds. */
const timeout = 2_000

export const redisOptions: RedisOptions = {
  lazyConnect: true,
  connectTimeout: timeout,
  commandTimeout: timeout,
  retryStrategy: (tries) => Math.min(tries * 100, 1_000),
  // A command that cannot be sent now fails; it is not sent later, when its caller has given up.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
}

/** A connection for commands. They reject at once while Redis is unavailable; the connection retries by itself. */
export function createRedis(url: string): Redis {
  const redis = new Redis(url, redisOptions)
  // Without an 'error' listener a lost connection would end the process; each command rejects by itself.
  redis.on('error', () => {})
  return redis
}

/** Resolves when the connection is open, or the first attempt has failed. */
export async function connectOnce(redis: Redis): Promise<void> {
  if (redis.status === 'wait') await redis.connect().catch(() => {})
}
