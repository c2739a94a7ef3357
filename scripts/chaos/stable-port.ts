import { createServer } from 'node:net'
import type { Random } from '../../server/system-tests/lib/numbers.ts'

/**
 * A free port for a server that restarts on the same port. It is below the ephemeral ports (32768 and up), so that no
 * other process gets it while the server is down, and no client can connect to itself.
 */
export async function stablePort(random: Random): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + random.below(12_000)
    if (await isFree(port)) return port
  }
  throw new Error('no free port')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
