import { Redis, type RedisOptions } from 'ioredis'

/** After this time without a response Redis counts as unavailable, in milliseconds. */
const timeout = 2_000

export const redisOptions: RedisOptions = {
  lazyConnect: true,
  connectTimeout: timeout,
  commandTimeout: timeout,
  retryStrategy: (tries) => Math.min(tries * 100, 1_000),
  // A command that cannot be sent now fails, so that it is not sent after its caller has given up.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
}

/** A connection for commands, which reject at once while Redis is unavailable. It reconnects by itself. */
export function createRedis(url: string): Redis {
  const redis = new Redis(url, redisOptions)
  // Without an 'error' listener a lost connection would end the process; the commands reject on their own.
  redis.on('error', () => {})
  return redis
}

/** Resolves when the connection is open, or the first attempt has failed. */
export async function connectOnce(redis: Redis): Promise<void> {
  if (redis.status === 'wait') await redis.connect().catch(() => {})
}
