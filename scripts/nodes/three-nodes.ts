import { findFerretdb, startFerretdb } from '../../server/system-tests/lib/ferretdb.ts'
import { startRedisServer } from '../../server/system-tests/lib/redis-server.ts'
import { serializeWrites } from '../../server/system-tests/lib/serial-writes.ts'
import { again, dataFolder, startServer, type TestServer } from '../../server/system-tests/lib/server.ts'
import type { Person } from '../../server/testing/app.ts'

export type ThreeNodes = Awaited<ReturnType<typeof startThreeNodes>>

/** Three nodes on one FerretDB and one Redis, for tests. `own`: their environment beside that. */
export async function startThreeNodes(own: Record<string, string> = {}) {
  const program = findFerretdb()
  if (!program) throw new Error('needs a ferretdb: run scripts/install-ferretdb.sh')
  const ferretdb = await startFerretdb(program)
  const serialWrites = await serializeWrites(ferretdb)
  const { dir, remove } = await dataFolder()
  const redis = await startRedisServer()
  const shared = {
    MONGO_URI: `mongodb://127.0.0.1:${serialWrites.port}/callout`,
    REDIS_URL: redis.url,
    JWT_SECRET: 'x'.repeat(32),
  }
  const start = () => startServer(dir, { ...shared, DEMO: 'true', ...own })
  // The first node creates the demo catalogue alone: several nodes at once would each create it.
  const nodes = [await start()]
  nodes.push(...(await Promise.all([start(), start()])))

  return {
    /** One that is killed may be replaced. */
    nodes,
    start,
    redis,
    /** The database and Redis, as environment of further nodes. */
    shared,

    async stop() {
      await Promise.all(nodes.map((node) => node.end('SIGKILL')))
      await redis.stop()
      await serialWrites.stop()
      await ferretdb.stop()
      await remove()
    },
  }
}

export function three({ nodes }: { nodes: readonly TestServer[] }) {
  const [a, b, c] = nodes
  if (!a || !b || !c) throw new Error('three nodes')
  return [a, b, c] as const
}

/** The same account on another node. */
export function at(node: TestServer | undefined, person: Person): Person {
  if (!node) throw new Error('there is no such node')
  return again(person, node.app)
}
