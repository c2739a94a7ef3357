import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import type { OrderRecord } from '../../../server/storage/store.ts'
import type { Subject } from './subject.ts'
import { listening } from './listening.ts'
import { eventOf } from './order.ts'

/** The sockets of a bare `ws` server without authentication, queues or guarantees: the upper bounds write to all of them. */
export function acceptSockets(server: Server) {
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
    write(bytes: Buffer) {
      for (const socket of sockets) socket.write(bytes)
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** An order in one binary frame. */
export const frameOf = (order: OrderRecord) => binaryFrame(Buffer.from(JSON.stringify(eventOf(order))))

export interface LimitOptions {
  /** Whether every dashboard acknowledges every order. */
  acknowledge: boolean
  /** Whether the orders that are published during one event-loop turn leave in one write. */
  batching?: boolean
}

/** An upper bound: encodes an order into one frame and writes it to every socket. */
export async function startLimit({ acknowledge, batching = false }: LimitOptions): Promise<Subject> {
  const server = createServer()
  const sockets = acceptSockets(server)
  let waiting: Buffer[] = []

  function writeWaiting() {
    const frames = Buffer.concat(waiting)
    waiting = []
    sockets.write(frames)
  }

  return {
    endpoint: { protocol: 'plain', port: await listening(server), path: '/', acknowledge },
    pids: [],
    publish(order) {
      if (!batching) return sockets.write(frameOf(order))
      if (waiting.push(frameOf(order)) === 1) setImmediate(writeWaiting)
    },
    stop() {
      server.close()
      sockets.close()
    },
  }
}

/** A server's frame for a payload of 126 to 65,535 bytes (RFC 6455, 5.2). */
function binaryFrame(payload: Buffer): Buffer {
  const head = Buffer.from([0x82, 126, 0, 0])
  head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}
