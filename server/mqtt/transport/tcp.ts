import { createServer, type Socket } from 'node:net'
import { listen } from '../../net/listen.ts'
import type { Log } from '../../lib/log.ts'

interface TcpListenerOptions {
  /** Counts a connection; returns the function that releases it, or null when the address has too many. */
  enter: (address: string | undefined) => (() => void) | null
  onStream: (socket: Socket) => void
  log: Log
}

/** MQTT over TCP, on a port of its own. */
export function createTcpListener({ enter, onStream, log }: TcpListenerOptions) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const leave = enter(socket.remoteAddress)
    if (!leave) return socket.destroy()
    sockets.add(socket)
    socket.once('close', () => (leave(), sockets.delete(socket)))
    socket.setNoDelay(true)
    onStream(socket)
  })

  return {
    isOpen: () => server.listening,

    /** Resolves to the port, which is a free one when 0 was asked for. Rejects when it is taken. */
    async listen(port: number, host: string): Promise<number> {
      const taken = await listen(server, port, host)
      server.on('error', (error) => log.error({ error }, 'mqtt listener error'))
      return taken
    },

    /** Refuses new connections; open ones stay. */
    close() {
      if (server.listening) server.close()
    },

    /** Closes every connection at once. */
    terminate() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
