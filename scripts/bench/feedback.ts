import { connect, createServer, type Socket } from 'node:net'

/** One number, as it travels. */
const size = 8

/**
 * Where the load generator says, over a connection of its own, that the last dashboard has got an order, and when: whoever
 * publishes waits for that, so that nobody's queues grow without bound.
 */
export async function listenForFeedback(onComplete: (at: number) => void) {
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

/** The other end. `at`: when it was complete, by the machine's clock. */
export async function openFeedback(port: number) {
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
