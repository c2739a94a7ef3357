import { spawn } from 'node:child_process'
import { findFerretdb, startFerretdb } from '../server/system-tests/lib/ferretdb.ts'
import { serializeWrites } from '../server/system-tests/lib/serial-writes.ts'
import { startRedisServer } from '../server/system-tests/lib/redis-server.ts'

// tsx scripts/with-ferretdb.ts [--nodes] COMMAND…: runs the command with the MONGO_URI of a temporary FerretDB. --nodes:
// also with the REDIS_URL of a temporary Redis, for several nodes.

const program = findFerretdb()
const argv = process.argv.slice(2)
const nodes = argv[0] === '--nodes'
const [command, ...args] = nodes ? argv.slice(1) : argv
if (!program || !command) {
  console.error(command ? 'FerretDB is missing: run scripts/install-ferretdb.sh' : 'with-ferretdb [--nodes] COMMAND…')
  process.exit(1)
}
const ferretdb = await startFerretdb(program, { detached: true })
const serialWrites = nodes ? await serializeWrites(ferretdb) : null
const redis = nodes ? await startRedisServer({ detached: true }) : null
const env = {
  ...process.env,
  // A small pool per node: FerretDB scans the collection for most queries, so many at once would each time out.
  MONGO_URI: serialWrites ? `mongodb://127.0.0.1:${serialWrites.port}/callout?maxPoolSize=4` : ferretdb.uri('callout'),
  ...(redis && { REDIS_URL: redis.url }),
}
const child = spawn(command, args, { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
const code = await new Promise<number>((resolve) => {
  child.once('error', () => resolve(127))
  child.once('exit', (status) => resolve(status ?? 1))
})
await serialWrites?.stop()
await redis?.stop()
await ferretdb.stop()
process.exit(code)
