import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import type { SubjectOptions, Subject } from './subject.ts'
import { listening } from './listening.ts'
import { eventOf } from './order.ts'

/**
 * The upper bound: a bare `ws` server that encodes an order into one frame and writes it to every socket, without
 * authentication, queues or guarantees.
 */
export async function startLimit(acknowledge: boolean, _options: SubjectOptions): Promise<Subject> {
  const server = createServer()
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const sockets = new Set<Socket>()
  let acknowledged = 0
  server.on('upgrade', (request, stream, head) => {
    webSockets.handleUpgrade(request, stream, head, (websocket) => {
      const { socket } = request
      sockets.add(socket)
      websocket.on('message', () => void acknowledged++)
      websocket.on('error', () => {})
      socket.once('close', () => sockets.delete(socket))
    })
  })
  return {
    endpoint: { protocol: 'plain', port: await listening(server), path: '/', acknowledge },
    pids: [],
    publish(order) {
      const frame = binaryFrame(Buffer.from(JSON.stringify(eventOf(order))))
      for (const socket of sockets) socket.write(frame)
    },
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** A server's frame for a payload of 126 to 65,535 bytes (RFC 6455, 5.2). */
function binaryFrame(payload: Buffer): Buffer {
  const head = Buffer.from([0x82, 126, 0, 0])
  head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}
