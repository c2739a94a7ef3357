import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { z } from '../../lib/zod.ts'
import type { Random } from './numbers.ts'

/** A message that was answered with success: its id, and the order or the change that it is about. */
export interface Received {
  id: string
  about: string
}

export interface Receiver {
  received: readonly Received[]
  refused: () => number
  port: number
  stop(): Promise<void>
}

/** The share of messages that a receiver refuses. The server sends each again after 5 s, and the queue waits for it. */
const refusals = 0.005

const Webhook = z.object({ type: z.string(), data: z.object({ id: z.string() }) })

/** Answers 204, sometimes 500, and sometimes closes the connection. */
export async function startWebhookReceiver(random: Random): Promise<Receiver> {
  const received: Received[] = []
  let refused = 0
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (random.chance(refusals)) {
        refused++
        if (random.chance(0.5)) return void request.socket.destroy()
        return void response.writeHead(500).end('try again')
      }
      const { type, data } = Webhook.parse(JSON.parse(body))
      received.push({ id: String(request.headers['webhook-id']), about: `${data.id} ${type}` })
      response.writeHead(204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const receiver: Receiver = {
    received,
    refused: () => refused,
    port: typeof address === 'object' && address ? address.port : 0,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

/** Takes mails, and refuses some with 451, which asks the sender to try again. */
export async function startMailReceiver(random: Random): Promise<Receiver> {
  const received: Received[] = []
  let refused = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      void buffer(stream).then((mail) => {
        if (random.chance(refusals)) {
          refused++
          return done(Object.assign(new Error('try again'), { responseCode: 451 }))
        }
        const headers =
          mail
            .toString()
            .split('\r\n\r\n', 1)[0]
            ?.replace(/\r\n\s+/g, ' ') ?? ''
        const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1] ?? ''
        const about = /order-([^@>]+)/.exec(header('References'))?.[1] ?? ''
        received.push({ id: header('X-Callout-Delivery'), about })
        done()
      }, done)
    },
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const receiver: Receiver = {
    received,
    refused: () => refused,
    port: typeof address === 'object' && address ? address.port : 0,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
  return receiver
}
