import type { Server } from 'node:net'

/**
 * How many may knock before they are let in. Node's 511 are too few when thousands come back at one moment: whoever is
 * turned away by the kernel knocks again after a second. The system may allow fewer (net.core.somaxconn).
 */
const backlog = 4_096

/** Resolves to the port, which is a free one when 0 was asked for. Rejects when it is taken. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port, host, backlog }, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  return address.port
}
