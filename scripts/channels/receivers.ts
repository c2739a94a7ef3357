import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { z } from '../../server/lib/zod.ts'
import { LocalPushService } from '../../server/testing/push-service.ts'
import type { Received } from './compare.ts'

export interface Receiver {
  url: string
  received(): readonly Received[]
  /** How many messages it has refused. */
  refused(): number
  stop(): Promise<void>
}

export interface ReceiverOptions {
  /** Whether the next message is refused. */
  refuses: () => boolean | Promise<boolean>
  /** Which process of the server is running, counted from 1. */
  process: () => number
}

const Webhook = z.object({ type: z.string(), data: z.object({ id: z.string() }) })

/** Answers 204, sometimes 500, and sometimes closes the connection. */
export async function startWebhookReceiver({ refuses, process }: ReceiverOptions): Promise<Receiver> {
  const received: Received[] = []
  let refused = 0
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      if (await refuses()) {
        if (refused++ % 2 === 0) return void request.socket.destroy()
        return void response.writeHead(500).end('try again')
      }
      const { type, data } = Webhook.parse(JSON.parse(body))
      const id = String(request.headers['webhook-id'])
      received.push({ id, about: `${data.id} ${type}`, process: process() })
      response.writeHead(204).end()
    }, ignoreBroken)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${portOf(server.address())}/`,
    received: () => received,
    refused: () => refused,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Takes mails, and refuses some with 451, which asks the sender to try again. */
export async function startMailReceiver({ refuses, process }: ReceiverOptions): Promise<Receiver> {
  const received: Received[] = []
  let refused = 0
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      void buffer(stream).then(async (mail) => {
        if (await refuses()) {
          refused++
          return done(Object.assign(new Error('try again'), { responseCode: 451 }))
        }
        const [head = ''] = mail.toString().split('\r\n\r\n', 1)
        const headers = head.replace(/\r\n\s+/g, ' ')
        const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1] ?? ''
        const about = /order-([^@>]+)/.exec(header('References'))?.[1] ?? ''
        // E-mails about accounts, such as sign-ins, are about no order.
        if (about) received.push({ id: header('X-Callout-Delivery'), about, process: process() })
        done()
      }, done)
    },
  })
  server.on('error', ignoreBroken)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${portOf(server.server.address())}`,
    received: () => received,
    refused: () => refused,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** A push service with one browser. It answers 201, and sometimes 503. */
export async function startPushReceiver({ refuses, process }: ReceiverOptions) {
  const received: Received[] = []
  let refused = 0
  const service = await LocalPushService.open(async ({ id, order, event }) => {
    if (await refuses()) {
      refused++
      return 503
    }
    received.push({ id, about: `${order?.id} ${event}`, process: process() })
    return 201
  })
  const receiver: Receiver = {
    url: service.url,
    received: () => received,
    refused: () => refused,
    stop: () => service.close(),
  }
  return { ...receiver, subscription: service.subscription() }
}

/** A request that breaks off because the server was killed: it will be repeated. */
const ignoreBroken = () => {}

const portOf = (address: { port: number } | string | null) =>
  address && typeof address === 'object' ? address.port : 0
