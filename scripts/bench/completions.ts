import { connect, createServer, type Socket } from 'node:net'

/** Bytes of one timestamp on the wire: a double. */
const size = 8

/**
 * Receives completion times from the load generator on a separate TCP connection: when an order reached the last
 * dashboard. The publisher waits for completions, so that no queue grows without bound.
 */
export async function listenForCompletions(onComplete: (at: number) => void) {
  const server = createServer({ noDelay: true }, (socket) => {
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let at = 0
      for (; at + size <= bytes.length; at += size) onComplete(bytes.readDoubleBE(at))
      rest = bytes.subarray(at)
    })
    socket.on('error', () => socket.destroy())
    sockets.add(socket)
  })
  const sockets = new Set<Socket>()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The load generator's side. `at`: completion time on the machine's monotonic clock. */
export async function openCompletions(port: number) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.on('error', () => socket.destroy())
  return {
    complete(at: number) {
      const bytes = Buffer.allocUnsafe(size)
      bytes.writeDoubleBE(at)
      socket.write(bytes)
    },
    close: () => void socket.destroy(),
  }
}
