import { connect, type Socket } from 'node:net'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { now } from '../clock.ts'
import type { HttpEndpoint } from '../http-client.ts'
import { HttpResponses } from './http-responses.ts'

export interface PostingOptions {
  endpoint: HttpEndpoint
  path: string
  body: string
  /** Clients, each on a keep-alive connection; each sends its next request when the response arrives. */
  clients: number
  seconds: number
}

export interface Posted {
  perSecond: number
  p50: number
  p99: number
}

/** Repeats the same POST. Rejects when a response is not 201. */
export async function post({ endpoint, path, body, clients, seconds }: PostingOptions): Promise<Posted> {
  const request = Buffer.from(requestOf(endpoint, path, body))
  const latencies: number[] = []
  const startedAt = now()
  const end = startedAt + seconds * 1_000
  await Promise.all(Array.from({ length: clients }, () => postRepeatedly(endpoint.port, request, end, latencies)))
  return { perSecond: latencies.length / seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
}

const chunk = Buffer.allocUnsafeSlow(64 * 1024)

function postRepeatedly(port: number, request: Buffer, end: number, latencies: number[]) {
  return new Promise<void>((resolve, reject) => {
    let sentAt = now()
    const send = () => {
      sentAt = now()
      socket.write(request)
    }
    const responses = new HttpResponses((status) => {
      const receivedAt = now()
      if (status !== 201) reject(new Error(`a POST was answered with ${status}`))
      else if (receivedAt < end) latencies.push(receivedAt - sentAt)
      if (status === 201 && receivedAt < end) send()
      else socket.destroy()
    })
    function read(length: number): boolean {
      responses.take(chunk, 0, length)
      return true
    }
    const socket: Socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: chunk, callback: read },
    })
    socket.once('connect', send)
    socket.on('error', reject)
    socket.once('close', () => resolve())
  })
}

function requestOf({ port, token }: HttpEndpoint, path: string, body: string): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
