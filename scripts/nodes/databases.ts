import { findFerretdb, startFerretdb } from '../../server/system-tests/lib/ferretdb.ts'
import { serializeWrites } from '../../server/system-tests/lib/serial-writes.ts'
import { findRedisServer, startRedisServer } from '../../server/system-tests/lib/redis-server.ts'

/** The database and the Redis that the nodes share. */
export interface SharedDatabases {
  readonly mongoUri: string
  readonly redisUrl: string
  /** Names of what was started here with temporary data; empty if both were given. */
  readonly started: readonly string[]
  stop(): Promise<void>
}

/** Uses the given database and Redis; otherwise starts the programs of this machine, each with a temporary data folder. */
export async function startDatabases(given: { mongoUri?: string; redisUrl?: string }): Promise<SharedDatabases> {
  const ferretdb = given.mongoUri === undefined ? findFerretdb() : null
  const missing = [
    given.mongoUri === undefined &&
      !ferretdb &&
      'a database: set MONGO_URI (MongoDB 4.4 or later), or run scripts/install-ferretdb.sh, which needs Go',
    given.redisUrl === undefined &&
      !findRedisServer() &&
      'a Redis: set REDIS_URL, or install redis-server (apt-get install redis-server, brew install redis)',
  ].filter((line) => line !== false)
  if (missing.length > 0) throw new Error(['the nodes share databases that are missing:', ...missing].join('\n  '))

  const started: string[] = []
  const stops: (() => Promise<void>)[] = []
  async function stop() {
    for (const end of stops.splice(0).toReversed()) await end()
  }

  async function database(): Promise<string> {
    if (given.mongoUri !== undefined) return given.mongoUri
    const server = await startFerretdb(ferretdb ?? '', { detached: true })
    stops.push(() => server.stop())
    const front = await serializeWrites(server)
    stops.push(() => front.stop())
    started.push('FerretDB')
    return `mongodb://127.0.0.1:${front.port}/callout`
  }

  async function redis(): Promise<string> {
    if (given.redisUrl !== undefined) return given.redisUrl
    const server = await startRedisServer({ detached: true })
    stops.push(() => server.stop())
    started.push('Redis')
    return server.url
  }

  try {
    return { mongoUri: await database(), redisUrl: await redis(), started, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
