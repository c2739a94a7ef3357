import { spawn } from 'node:child_process'
import { findFerretdb, startFerretdb } from '../server/system-tests/lib/ferretdb.ts'
import { oneAtATime } from '../server/system-tests/lib/serial-writes.ts'
import { startRedisServer } from '../server/system-tests/lib/redis-server.ts'

// tsx scripts/with-ferretdb.ts [--nodes] COMMAND…: runs it with MONGO_URI of a FerretDB that is started for it and ended
// after it. --nodes: for several nodes, so with the REDIS_URL of a Redis as well.

const program = findFerretdb()
const given = process.argv.slice(2)
const nodes = given[0] === '--nodes'
const [command, ...args] = nodes ? given.slice(1) : given
if (!program || !command) {
  console.error(command ? 'there is no ferretdb: run scripts/install-ferretdb.sh' : 'with-ferretdb [--nodes] COMMAND…')
  process.exit(1)
}
const ferretdb = await startFerretdb(program, { detached: true })
const front = nodes ? await oneAtATime(ferretdb) : null
const redis = nodes ? await startRedisServer({ detached: true }) : null
const env = {
  ...process.env,
  // Nodes ask for little at a time: FerretDB looks through everything for most questions, and many at once are each too late.
  MONGO_URI: front ? `mongodb://127.0.0.1:${front.port}/callout?maxPoolSize=4` : ferretdb.uri('callout'),
  ...(redis && { REDIS_URL: redis.url }),
}
const child = spawn(command, args, { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
const code = await new Promise<number>((resolve) => {
  child.once('error', () => resolve(127))
  child.once('exit', (status) => resolve(status ?? 1))
})
await front?.stop()
await redis?.stop()
await ferretdb.stop()
process.exit(code)
