import { createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificate } from '../../net/certificate.ts'
import { listen } from '../../net/listen.ts'
import { acceptProxied } from '../../net/proxy-protocol.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { createThrottledLog } from '../../lib/throttled-log.ts'
import { limits } from '../limits.ts'
import type { ConnectionLimits, ConnectionPlace } from './connection-limits.ts'

interface TcpListenerOptions {
  /** Whether this is the address of a proxy whose connections begin with a PROXY header. */
  isProxy: (address: string | undefined) => boolean
  /** null: without TLS. */
  certificate: Pick<Certificate, 'current'> | null
  enter: ConnectionLimits['enter']
  /** `place.keep` is called when the token is valid. */
  onStream: (socket: Socket, address: string | undefined, place: ConnectionPlace) => void
  clock: Clock
  log: Log
}

/** MQTT over TCP or TLS, on a port of its own. */
export function createTcpListener({ isProxy, certificate, enter, onStream, clock, log }: TcpListenerOptions) {
  const sockets = new Set<Socket>()
  const logNoHeader = createThrottledLog({ log, clock })
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.setNoDelay(true)
    const { remoteAddress } = socket
    if (!isProxy(remoteAddress)) return accept(socket, remoteAddress)
    acceptProxied(socket, {
      clock,
      within: limits.connectWithin,
      accept: (address) => accept(socket, address),
      refuse: (reason) =>
        logNoHeader(
          'warn',
          `${remoteAddress} ${reason}`,
          { address: remoteAddress, reason, setting: 'MQTT_PROXY_PROTOCOL' },
          'connection of a proxy refused',
        ),
    })
  })

  function accept(socket: Socket, address: string | undefined) {
    const place = enter(address, socket)
    if (!place) return socket.destroy()
    socket.on('close', () => place.leave())
    if (!certificate) return onStream(socket, address, place)
    // The limit on the time to CONNECT includes the handshake.
    onStream(new TLSSocket(socket, { isServer: true, secureContext: certificate.current() }), address, place)
  }

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
