import { createServer } from 'node:net'
import type { Random } from '../../server/system-tests/lib/numbers.ts'

/**
 * A free port for a server that must come back where it was. It lies below the range from which systems take the ports
 * of outgoing connections (32768 and up): while the server is away nobody else may get it, and a client that tries it
 * must not by chance connect to itself.
 */
export async function steadyPort(random: Random): Promise<number> {
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
