import type { Server } from 'node:net'

/**
 * Node's default listen backlog is 511. A client whose SYN is dropped because the backlog is full retries after one second,
 * so the backlog is 4096 for reconnect storms. The kernel caps it at net.core.somaxconn.
 */
const backlog = 4_096

/** Resolves to the port, a free one when `port` is 0. Rejects when the port is in use. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port, host, backlog }, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  return address.port
}
