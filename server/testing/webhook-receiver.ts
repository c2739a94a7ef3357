import { createServer as createHttpServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { selfSigned } from './certificates.ts'

export interface ReceivedRequest {
  path: string
  headers: IncomingHttpHeaders
  body: string
  /** When the whole request had arrived, as performance.now() tells it. */
  at: number
}

/** A real server on a free loopback port. `answer` may be replaced at any time. */
export async function startReceiver({ tls = false } = {}) {
  const received: ReceivedRequest[] = []
  let waiting: (() => void)[] = []
  let answer: (response: ServerResponse, request: ReceivedRequest) => void = (response) =>
    void response.writeHead(204).end()
  const server = tls ? createHttpsServer(selfSigned[0]) : createHttpServer()
  server.on('request', (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url = '', headers } = request
      const whole = { path: url, headers, body: Buffer.concat(chunks).toString(), at: performance.now() }
      received.push(whole)
      for (const check of waiting.splice(0)) check()
      answer(response, whole)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    port,
    received,
    answer(by: typeof answer) {
      answer = by
    },
    /** Resolves once `count` requests have arrived. */
    async until(count: number): Promise<ReceivedRequest[]> {
      while (received.length < count) await new Promise<void>((resolve) => void waiting.push(resolve))
      return received
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
